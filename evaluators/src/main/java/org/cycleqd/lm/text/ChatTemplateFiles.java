package org.cycleqd.lm.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.cycleqd.lm.text.jinja.Template;
import org.cycleqd.lm.text.jinja.TemplateException;

/** Finds and reads the chat templates of a model folder. */
final class ChatTemplateFiles {

  /** The name of a template that stands alone. */
  static final String DEFAULT = "default";

  private static final String TEMPLATE = "chat_template.jinja";
  private static final String FURTHER = "additional_chat_templates";
  private static final String SUFFIX = ".jinja";
  private static final String FIELD = "chat_template";
  private static final List<String> SPECIAL_TOKENS =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  private ChatTemplateFiles() {}

  /** The templates by name; empty if there are none. */
  static Map<String, Template> templates(Path folder) throws IOException {
    Map<String, Template> templates = new LinkedHashMap<>();
    Path file = folder.resolve(TEMPLATE);
    if (Files.isRegularFile(file)) {
      templates.put(DEFAULT, parse(file.toString(), TokenizerFiles.text(file)));
      further(folder.resolve(FURTHER), templates);
      return templates;
    }
    Optional<ObjectNode> settings = TokenizerFiles.object(folder, TokenizerFiles.SETTINGS);
    if (settings.isPresent() && settings.get().hasNonNull(FIELD)) {
      field(folder.resolve(TokenizerFiles.SETTINGS), settings.get().path(FIELD), templates);
    }
    return templates;
  }

  /** The texts of special tokens by the names that templates call them. */
  static Map<String, String> specialTokens(Path folder) throws IOException {
    Map<String, String> tokens = new TreeMap<>();
    for (String name : List.of("special_tokens_map.json", TokenizerFiles.SETTINGS)) {
      Optional<ObjectNode> settings = TokenizerFiles.object(folder, name);
      for (String token : SPECIAL_TOKENS) {
        JsonNode value = settings.map(s -> s.path(token)).orElse(MissingNode.getInstance());
        if (value.isObject()) {
          value = value.path("content");
        }
        if (value.isTextual()) {
          tokens.put(token, value.textValue());
        }
      }
    }
    return tokens;
  }

  private static void further(Path folder, Map<String, Template> templates) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      Map<String, Path> sorted = new TreeMap<>();
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        sorted.put(name.substring(0, name.length() - SUFFIX.length()), file);
      }
      for (Map.Entry<String, Path> entry : sorted.entrySet()) {
        Path file = entry.getValue();
        templates.put(entry.getKey(), parse(file.toString(), TokenizerFiles.text(file)));
      }
    }
  }

  private static void field(Path file, JsonNode field, Map<String, Template> templates)
      throws IOException {
    if (field.isTextual()) {
      templates.put(DEFAULT, parse(file + ": " + FIELD, field.textValue()));
      return;
    }
    for (JsonNode entry : field) {
      JsonNode name = entry.path("name");
      JsonNode template = entry.path("template");
      if (!field.isArray() || !name.isTextual() || !template.isTextual()) {
        throw unfit(file, entry);
      }
      templates.put(
          name.textValue(),
          parse("%s: %s %s".formatted(file, FIELD, name.textValue()), template.textValue()));
    }
    if (templates.isEmpty()) {
      throw unfit(file, field);
    }
  }

  private static IOException unfit(Path file, JsonNode found) {
    return new IOException(
        "%s: %s: found %s, expected a template or a list of objects with name and template"
            .formatted(file, FIELD, found));
  }

  private static Template parse(String name, String source) throws IOException {
    try {
      return Template.parse(name, source);
    } catch (TemplateException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}

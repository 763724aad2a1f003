package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The licence that a model folder declares.
 *
 * @param name as the folder writes it, e.g. {@code apache-2.0} or the title of a licence text
 * @param file plain name of the file that says so
 */
public record Licence(String name, String file) {

  private static final String CARD = "README.md";
  private static final String FENCE = "---";
  private static final int LONGEST_LINE = 200;
  private static final Pattern FIELD = Pattern.compile("(license|license_name):\\s*(.*)");
  private static final Pattern ITEM = Pattern.compile("\\s*-\\s+(.*)");
  private static final Pattern TEXT_FILE =
      Pattern.compile("(LICENSE|LICENCE|COPYING)(\\.(TXT|MD))?");

  /**
   * Looks at {@code license} (or {@code license_name} where that is {@code other}) in the front
   * matter of the model card, then at the first line of a licence text.
   *
   * @param folder a model's folder
   * @return the licence, or empty if the folder declares none
   * @throws IOException if a file cannot be read
   */
  public static Optional<Licence> of(Path folder) throws IOException {
    Path card = folder.resolve(CARD);
    Optional<Licence> declared =
        Files.isRegularFile(card)
            ? declared(lines(card)).map(name -> new Licence(name, CARD))
            : Optional.empty();
    return declared.isPresent() ? declared : titled(folder);
  }

  private static Optional<String> declared(List<String> lines) {
    if (lines.isEmpty() || !lines.getFirst().stripTrailing().equals(FENCE)) {
      return Optional.empty();
    }
    String licence = "";
    String name = "";
    for (int i = 1; i < lines.size() && !lines.get(i).stripTrailing().equals(FENCE); i++) {
      Matcher field = FIELD.matcher(lines.get(i));
      if (field.matches()) {
        String value = scalar(field.group(2));
        String found = value.isEmpty() ? String.join(", ", items(lines, i + 1)) : value;
        if (field.group(1).equals("license")) {
          licence = found;
        } else {
          name = found;
        }
      }
    }
    String best =
        !name.isEmpty() && (licence.isEmpty() || licence.equals("other")) ? name : licence;
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  private static List<String> items(List<String> lines, int first) {
    List<String> items = new ArrayList<>();
    for (int i = first; i < lines.size(); i++) {
      Matcher item = ITEM.matcher(lines.get(i));
      if (!item.matches()) {
        break;
      }
      items.add(scalar(item.group(1)));
    }
    return items;
  }

  /** A plain or quoted YAML scalar, without a comment. */
  private static String scalar(String text) {
    String value = text.strip();
    if (value.length() > 1 && (value.startsWith("\"") || value.startsWith("'"))) {
      int end = value.indexOf(value.charAt(0), 1);
      return end > 0 ? value.substring(1, end) : value;
    }
    return value.replaceFirst("(^|\\s)#.*", "").strip();
  }

  private static Optional<Licence> titled(Path folder) throws IOException {
    List<Path> texts;
    try (Stream<Path> files = Files.list(folder)) {
      texts =
          files
              .filter(file -> TEXT_FILE.matcher(upperName(file)).matches())
              .filter(Files::isRegularFile)
              .sorted()
              .toList();
    }
    for (Path text : texts) {
      Optional<String> title =
          lines(text).stream().map(String::strip).filter(l -> !l.isEmpty()).findFirst();
      if (title.isPresent()) {
        String line = title.get().replaceFirst("^#+\\s*", "");
        return Optional.of(
            new Licence(line.substring(0, Math.min(line.length(), LONGEST_LINE)), name(text)));
      }
    }
    return Optional.empty();
  }

  // Malformed UTF-8 in a card is no reason to refuse a model.
  private static List<String> lines(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
  }

  private static String upperName(Path file) {
    return name(file).toUpperCase(Locale.ROOT);
  }

  private static String name(Path file) {
    return Objects.requireNonNull(file.getFileName()).toString();
  }
}

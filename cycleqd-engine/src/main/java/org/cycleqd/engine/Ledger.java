package org.cycleqd.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A journal as a run sees it: the run states all its records from the first on; those that the
 * journal already holds are compared with it, the others are appended.
 */
final class Ledger {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Journal journal;
  private int stated;

  Ledger(Journal journal) {
    this.journal = journal;
  }

  /** The record that is stated next, where the journal already held it. */
  Optional<JsonNode> upcoming() throws IOException {
    return recorded(stated);
  }

  /** The record at a position, where the journal already held it. */
  Optional<JsonNode> recorded(int position) throws IOException {
    if (position >= journal.records().size()) {
      return Optional.empty();
    }
    try {
      return Optional.of(MAPPER.readTree(journal.records().get(position)));
    } catch (JsonProcessingException e) {
      throw new JournalException(
          "%s, line %d: %s".formatted(journal.file(), position + 1, e.getOriginalMessage()));
    }
  }

  /**
   * States the next record.
   *
   * @return whether the journal held it already
   * @throws JournalException if the journal holds another record there
   */
  boolean state(ObjectNode record) throws IOException {
    Optional<JsonNode> held = recorded(stated);
    if (held.isEmpty()) {
      journal.append(record.toString());
      stated++;
      return false;
    }
    String present = record.toString();
    if (!journal.records().get(stated).equals(present)) {
      // Both sides are parsed, so that numbers compare by value and not by Java type.
      throw new JournalException(
          "%s, line %d: the journal belongs to another run: %s"
              .formatted(
                  journal.file(),
                  stated + 1,
                  difference("", held.get(), MAPPER.readTree(present))));
    }
    stated++;
    return true;
  }

  private static String difference(String path, JsonNode held, JsonNode present) {
    if (held.isObject() && present.isObject()) {
      for (String name : names(held, present)) {
        if (!held.path(name).equals(present.path(name))) {
          String below = path.isEmpty() ? name : path + "." + name;
          return difference(below, held.path(name), present.path(name));
        }
      }
    }
    if (held.isArray() && present.isArray() && held.size() == present.size()) {
      for (int i = 0; i < held.size(); i++) {
        if (!held.get(i).equals(present.get(i))) {
          return difference(path + "[" + i + "]", held.get(i), present.get(i));
        }
      }
    }
    return "%s is %s there and %s in this run".formatted(path, text(held), text(present));
  }

  private static Set<String> names(JsonNode held, JsonNode present) {
    Set<String> names = new LinkedHashSet<>();
    present.fieldNames().forEachRemaining(names::add);
    held.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String text(JsonNode node) {
    return node.isMissingNode() ? "absent" : node.toString();
  }
}

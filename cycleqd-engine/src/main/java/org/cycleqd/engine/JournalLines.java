package org.cycleqd.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cycleqd.digest.Sha256;

/**
 * The text of a journal: JSON Lines of the form {@code {"chain":"HEX","record":{...}}}, where the
 * chain value is the SHA-256 of the previous line's chain value (nothing for the first line)
 * followed by the bytes of this line's record.
 *
 * @param records the JSON of every intact record
 * @param chain chain value of the last intact line; empty if there is none
 * @param length bytes of the intact lines; what follows is a torn tail
 */
record JournalLines(List<String> records, String chain, long length) {

  private static final String PREFIX = "{\"chain\":\"";
  private static final String MIDDLE = "\",\"record\":";
  private static final int CHAIN = 64;
  private static final int RECORD = PREFIX.length() + CHAIN + MIDDLE.length();

  /**
   * Reads a journal up to its torn tail: a last line without newline or with a wrong chain value.
   *
   * @throws JournalException if a line before the last is damaged
   */
  static JournalLines read(Path file) throws IOException {
    return read(Files.readAllBytes(file), file);
  }

  /** Reads the bytes of a journal that errors call by the name of this file. */
  static JournalLines read(byte[] bytes, Path file) throws JournalException {
    List<String> records = new ArrayList<>();
    String chain = "";
    int start = 0;
    while (start < bytes.length) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      String line = new String(bytes, start, end - start, UTF_8);
      Optional<String> record = end < bytes.length ? record(chain, line) : Optional.empty();
      if (record.isEmpty()) {
        checkTail(file, records.size() + 1, line, end + 1 >= bytes.length);
        break;
      }
      records.add(record.get());
      chain = chain(chain, record.get());
      start = end + 1;
    }
    return new JournalLines(List.copyOf(records), chain, start);
  }

  private static void checkTail(Path file, int number, String line, boolean last)
      throws JournalException {
    if (!last) {
      throw new JournalException(
          "%s, line %d: damaged: its checksum does not follow from the lines before it"
              .formatted(file, number));
    }
    int common = Math.min(line.length(), PREFIX.length());
    if (number == 1 && !line.substring(0, common).equals(PREFIX.substring(0, common))) {
      throw new JournalException("%s, line 1: this is not a journal".formatted(file));
    }
  }

  private static Optional<String> record(String previous, String line) {
    if (line.length() < RECORD + 1 || !line.startsWith(PREFIX) || !line.endsWith("}")) {
      return Optional.empty();
    }
    String record = line.substring(RECORD, line.length() - 1);
    return line.equals(line(chain(previous, record), record))
        ? Optional.of(record)
        : Optional.empty();
  }

  /** The line of a record and its chain value, without newline. */
  static String line(String chain, String record) {
    return PREFIX + chain + MIDDLE + record + "}";
  }

  /** The chain value of a record after the previous chain value. */
  static String chain(String previous, String record) {
    return Sha256.of(previous + record);
  }
}

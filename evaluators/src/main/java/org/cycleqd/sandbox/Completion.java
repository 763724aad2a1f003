package org.cycleqd.sandbox;

import java.nio.charset.StandardCharsets;

/**
 * How a sandboxed command ended.
 *
 * @param exitCode the exit code; 128 and a signal's number if a signal ended it
 * @param output what it wrote to standard output, cut at the limit; every byte is one char
 * @param errors what it wrote to standard error, in the same form
 * @param timedOut whether it was killed because its time was up
 * @param overflowed whether it was killed because it wrote more than allowed
 */
public record Completion(
    int exitCode, String output, String errors, boolean timedOut, boolean overflowed) {

  /** Turns text of one char a byte into the text that the bytes encode in UTF-8. */
  public static String decoded(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}

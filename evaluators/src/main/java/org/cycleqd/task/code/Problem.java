package org.cycleqd.task.code;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A function to be written.
 *
 * @param id names it by its content
 * @param prompt what the model reads
 * @param start what an answer without the function's head goes on from; empty where it must be
 *     whole
 * @param entry the function's name
 * @param reference the author's answer
 * @param tests how programs are judged
 */
record Problem(
    String id, String prompt, String start, String entry, String reference, Tests tests) {
  private static final Pattern FENCE =
      Pattern.compile("```[A-Za-z0-9_+-]*[ \t]*\n(.*?)(```|\\z)", Pattern.DOTALL);

  /** The program that an answer stands for. */
  String program(String answer) {
    String code = code(answer.replace("\r\n", "\n"));
    return defines(code) ? prelude() + code : start + code;
  }

  /**
   * The code in an answer: its first fenced block that defines the function, else the first, else
   * all.
   */
  private String code(String answer) {
    String first = null;
    Matcher blocks = FENCE.matcher(answer);
    while (blocks.find()) {
      String block = blocks.group(1);
      if (defines(block)) {
        return block;
      }
      first = first == null ? block : first;
    }
    return first == null ? answer : first;
  }

  private boolean defines(String code) {
    return head(code) >= 0;
  }

  private int head(String code) {
    Matcher head =
        Pattern.compile("^(async )?def " + Pattern.quote(entry) + "\\b", Pattern.MULTILINE)
            .matcher(code);
    return head.find() ? head.start() : -1;
  }

  /** What stands before the function in the prompt: imports, and functions that it may call. */
  private String prelude() {
    return start.substring(0, Math.max(0, head(start)));
  }
}

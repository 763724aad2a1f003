package org.cycleqd.task.os;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a model's turn asks for. */
sealed interface OsReply {

  /** Commands are to be typed; nothing where there was no block of them. */
  record Bash(String commands) implements OsReply {}

  /** The model has done. */
  record Finish() implements OsReply {}

  /** The model has an answer. */
  record Answer(String text) implements OsReply {}

  /** None of these. */
  record Malformed(String why) implements OsReply {}

  /** An action, which may stand in the next line. */
  Pattern ACT = Pattern.compile("Act:\\s*([^\n]+)");

  /** Commands; several blocks are carried out one after the other. */
  Pattern BLOCK = Pattern.compile("```bash\n(.*?)\n```", Pattern.DOTALL);

  /** Reads a turn as CycleQD does: the last action that can be read counts. */
  static OsReply of(String reply) {
    List<String> acts = ACT.matcher(reply).results().map(found -> found.group(1)).toList();
    for (String act : acts.reversed()) {
      String lower = act.toLowerCase(Locale.ROOT);
      if (lower.startsWith("bash")) {
        return new Bash(
            BLOCK
                .matcher(reply)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.joining("\n\n")));
      }
      if (lower.startsWith("finish")) {
        return new Finish();
      }
      int left = act.indexOf('(');
      int right = act.lastIndexOf(')');
      if (lower.startsWith("answer") && left >= 0 && right > left) {
        return new Answer(act.substring(left + 1, right));
      }
    }
    return new Malformed(
        acts.isEmpty()
            ? "no action"
            : "no action that can be read in 'Act: %s'".formatted(acts.getLast()));
  }
}

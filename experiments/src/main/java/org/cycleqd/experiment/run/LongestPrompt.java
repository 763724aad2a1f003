package org.cycleqd.experiment.run;

import java.util.List;
import org.cycleqd.experiment.UserException;
import org.cycleqd.lm.TextModel;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.pool.Exam;
import org.cycleqd.task.Item;

/**
 * The longest prompt of all.
 *
 * @param task its task's number
 * @param item its item's name
 */
record LongestPrompt(int tokens, int task, String item) {

  static LongestPrompt of(Tokenizer tokenizer, TextModel.Format format, List<List<Exam>> parts) {
    LongestPrompt longest = new LongestPrompt(0, 0, "");
    for (List<Exam> exams : parts) {
      for (int task = 0; task < exams.size(); task++) {
        for (Item item : exams.get(task).items()) {
          int length = format.prompt(tokenizer, item.prompt()).length;
          longest =
              length > longest.tokens() ? new LongestPrompt(length, task, item.id()) : longest;
        }
      }
    }
    return longest;
  }

  void require(int maxNewTokens, int context) {
    if (tokens >= context) {
      throw new UserException(
          "tasks.%d: the prompt of item %s has %d tokens, and the context of the base, %d, leaves no room for an answer; expected a base with a longer context"
              .formatted(task, item, tokens, context));
    }
    if (tokens + maxNewTokens > context) {
      throw new UserException(
          "runtime.max_new_tokens: is %d, allowed: at most %d, since the longest prompt (tasks.%d, item %s) has %d tokens and the context %d"
              .formatted(maxNewTokens, context - tokens, task, item, tokens, context));
    }
  }
}

package org.cycleqd.task.choice;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;
import org.cycleqd.task.ItemSplits;
import org.cycleqd.task.Provenance;
import org.cycleqd.task.PublishedTask;
import org.cycleqd.task.Task;
import org.cycleqd.task.TextMeasure;
import org.cycleqd.task.Verdict;
import org.cycleqd.task.data.DataFile;

/** How well a model predicts a text. */
public final class TextTask {

  /** The task's name. */
  public static final String NAME = "text";

  private TextTask() {}

  /**
   * The task on any file of UTF-8; each paragraph (text between empty lines) is an item, the items
   * in halves. An item's score is two to the power of minus its bits per byte.
   *
   * @throws IllegalArgumentException if the file has no text
   */
  public static Task task(DataFile data) {
    List<Item> items = new ArrayList<>();
    for (String paragraph : data.text().split("\n\\s*\n", -1)) {
      if (!paragraph.isBlank()) {
        String text = paragraph.strip();
        items.add(new Item(DataFile.id("text/" + items.size(), text), text, text, 1));
      }
    }
    if (items.isEmpty()) {
      throw new IllegalArgumentException(data.name() + ": found no text");
    }
    return new PublishedTask(
        NAME,
        "Predict a text; perplexity and bits per byte.",
        new Asking.Probability(),
        new Provenance(data.name(), "the file's", data.digest()),
        ItemSplits.halves(items),
        TextTask::mark);
  }

  private static Verdict mark(Item item, String answer) {
    TextMeasure measure = TextMeasure.parse(answer);
    return new Verdict(
        measure.score(),
        "%.4f bits per byte, perplexity %.4f"
            .formatted(measure.bitsPerByte(), measure.perplexity()));
  }
}

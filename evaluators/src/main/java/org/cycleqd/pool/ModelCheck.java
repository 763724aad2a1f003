package org.cycleqd.pool;

import java.io.IOException;
import java.util.List;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.lm.Decoding;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.lm.TextModel;
import org.cycleqd.lm.text.Tokenizer;

/** Examines one model folder as it is. */
public final class ModelCheck {

  /** Answers decoded at once. */
  private static final int ROWS = 256;

  private ModelCheck() {}

  /**
   * Loads a model and grades it.
   *
   * @param exams in task order
   * @param limit most new tokens per answer
   * @throws IllegalArgumentException if a prompt and its answer do not fit into the context
   */
  public static Evaluation grade(Checkpoint checkpoint, List<Exam> exams, int limit)
      throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(checkpoint.folder());
        LlamaRuntime runtime =
            new LlamaRuntime(checkpoint.config(), checkpoint.config().maximumPositions());
        LiveModel model = new LiveModel(runtime)) {
      model.load(checkpoint);
      return Examination.of(
              exams,
              tokenizer,
              TextModel.Format.of(checkpoint.config()),
              Decoding.of(checkpoint.config(), limit, ROWS),
              true)
          .grade(model);
    }
  }
}

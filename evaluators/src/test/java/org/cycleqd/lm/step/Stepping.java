package org.cycleqd.lm.step;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.llvm.Processor;

/** Steps on texts that are given. */
final class Stepping {

  private Stepping() {}

  /** A kernel, or the test is skipped. */
  static StepKernel kernel(LlamaConfig config, boolean wide) {
    assumeTrue(Processor.find().isPresent(), "no compiler for this processor");
    return StepKernel.compile(config, wide).orElseThrow();
  }

  /** Lets rows read the token at a place of their texts. */
  static void read(CompiledSteps steps, long[][] texts, int place) {
    long[] tokens = Arrays.stream(texts).mapToLong(text -> text[place]).toArray();
    long[] places = new long[texts.length];
    Arrays.fill(places, place);
    steps.run(texts.length, tokens, places);
  }

  /** A row's logits, those of the vocabulary only. */
  static float[] logits(CompiledSteps steps, int row, LlamaConfig config) {
    MemorySegment all = steps.logits(row + 1);
    return all.asSlice(row * steps.words() * Float.BYTES, config.vocabularySize() * 4L)
        .toArray(ValueLayout.JAVA_FLOAT);
  }

  /** Logits behind each token of a text that is read alone, by one thread. */
  static float[][] alone(StepKernel kernel, DrawnModel model, int capacity, long... text) {
    float[][] found = new float[text.length][];
    try (CompiledSteps steps = new CompiledSteps(kernel, model.memory(), 1, capacity, 1)) {
      for (int place = 0; place < text.length; place++) {
        read(steps, new long[][] {text}, place);
        found[place] = logits(steps, 0, model.config());
      }
    }
    return found;
  }
}

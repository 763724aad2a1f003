package org.cycleqd.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.RotaryEmbedding;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark of swaps on models that take no time. */
class SwapBenchmarkTest {

  private static final LlamaConfig TINY =
      new LlamaConfig(
          40,
          24,
          32,
          2,
          new AttentionConfig(3, 1, 8, false),
          false,
          1e-5,
          RotaryEmbedding.of(10_000),
          64,
          false,
          DType.BF16,
          SpecialTokens.of(1, 2));

  @Test
  void everyKindOfCandidateIsSwappedAndRestored(@TempDir Path folder) throws IOException {
    List<String> phases = new ArrayList<>();
    SwapBenchmark.Result result =
        new SwapBenchmark(folder, 3, 2, phases::add).measure("tiny", TINY, LlamaRuntime::new);
    assertThat(result.memcpyGbPerSecond()).isPositive();
    assertThat(result.rows())
        .extracting(SwapBenchmark.Row::candidate)
        .containsExactly(
            "full rank, weighted",
            "full rank, 3 components moved",
            "LoRA, weighted",
            "LoRA, 3 components moved");
    assertThat(result.rows())
        .allSatisfy(row -> {
          assertThat(row.restored()).isTrue();
          assertThat(row.experts()).isEqualTo(2);
          assertThat(row.seconds()).isPositive();
          assertThat(row.gbPerSecond() / row.memcpyShare())
              .isBetween(0.99 * result.memcpyGbPerSecond(), 1.01 * result.memcpyGbPerSecond());
        });
    assertThat(phases).contains("copying memory");
  }
}

package org.cycleqd.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.RotaryEmbedding;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.llvm.Processor;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.BFloat16;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What machine code composes is what the tiles in Java give, bit for bit. */
class FusedBlendTest {

  @TempDir private Path folder;

  private enum Kind {
    BASE,
    MODELS,
    PACKED,
    TILED
  }

  @BeforeEach
  void codeIsCompiled() {
    assumeThat(Processor.find()).as("a compiler for this processor").isPresent();
  }

  private static LlamaConfig config(int hidden) {
    return new LlamaConfig(
        50,
        hidden,
        hidden + 16,
        1,
        new AttentionConfig(2, 1, hidden / 2, true),
        false,
        1e-5,
        RotaryEmbedding.of(10_000),
        32,
        true,
        DType.BF16,
        SpecialTokens.none());
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 320})
  void theBitsAreThoseOfTheComposer(int hidden) throws IOException {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    try (TinyExperts models = TinyExperts.random(folder, config(hidden))) {
      GenomeLayout layout = models.basis().layout();
      for (Genome genome :
          List.of(
              Genome.uniform(layout, 0, 0),
              Genome.uniform(layout, 0, 0.5),
              Genome.uniform(layout, 0.3, -0.7),
              models.genome(8),
              new TopSingularMutation(0.25, 256)
                  .mutate(models.genome(9), models.basis(), Draws.at(1, "child")))) {
        for (TensorSpec spec : models.base().config().tensors()) {
          TensorSpec stored = models.base().tensor(spec.name()).spec();
          kinds.add(agree(models.basis(), models.basis().blend(genome, stored)));
        }
      }
    }
    assertThat(kinds).containsExactlyInAnyOrder(Kind.values());
  }

  private static Kind agree(SingularBasis basis, Blend blend) {
    int rows = Math.min((int) blend.spec().rows(), blend.tileRows());
    int elements = rows * (int) blend.spec().columns();
    short[] expected = new short[elements];
    TileComposer composer = basis.borrow();
    try (BlendProducts products = basis.products(blend);
        Arena arena = Arena.ofConfined()) {
      composer.compose(
          blend,
          products,
          0,
          rows,
          (values, offset, count) -> {
            for (int i = 0; i < count; i++) {
              expected[offset + i] = BFloat16.fromFloat(values[i]);
            }
          });
      FusedBlend fused = FusedBlend.of(blend, products).orElseThrow();
      MemorySegment brains = arena.allocate(2L * elements, 64);
      MemorySegment floats = arena.allocate(4L * elements, 64);
      assertThat(fused.compose(composer, brains, false, 0, rows)).isTrue();
      assertThat(fused.compose(composer, floats, true, 0, rows)).isTrue();
      assertThat(brains.toArray(ValueLayout.JAVA_SHORT)).isEqualTo(expected);
      for (int i = 0; i < elements; i++) {
        assertThat(floats.getAtIndex(ValueLayout.JAVA_INT, i)).isEqualTo(expected[i] << 16);
      }
      return switch (products) {
        case NoProducts _ -> blend.isBase() ? Kind.BASE : Kind.MODELS;
        case PackedProduct _ -> Kind.PACKED;
        case TorchProducts _ -> Kind.TILED;
      };
    } finally {
      basis.giveBack(composer);
    }
  }

  @Test
  void otherTypesAndOddColumnsAreNotServed() throws IOException {
    LlamaConfig odd = TinyExperts.config(DType.BF16, false, 12, 10);
    LlamaConfig half = TinyExperts.config(DType.F16, false, 16, 16);
    for (LlamaConfig config : List.of(odd, half)) {
      try (TinyExperts models = TinyExperts.random(folder.resolve(config.dtype().name()), config)) {
        TensorSpec spec = models.base().tensor("model.layers.0.mlp.up_proj.weight").spec();
        Blend blend = models.basis().blend(models.genome(1), spec);
        try (BlendProducts products = models.basis().products(blend)) {
          assertThat(FusedBlend.of(blend, products)).isEqualTo(Optional.empty());
        }
      }
    }
  }

  /** Exports and live weights name the first element that their type cannot hold. */
  @Test
  void aRefusedElementIsNamed() throws IOException {
    float huge = BFloat16.toFloat((short) 0x7F00);
    try (TinyExperts models =
            TinyExperts.of(
                folder,
                config(32),
                e ->
                    spec -> {
                      float[] values = new float[(int) spec.elements()];
                      if (!e.equals("base") && spec.name().endsWith("o_proj.weight")) {
                        values[37] = huge;
                      }
                      return values;
                    });
        Tiles tiles = new Tiles(2)) {
      Genome genome = Genome.uniform(models.basis().layout(), 2, 2);
      String wanted = "tensor model.layers.0.self_attn.o_proj.weight: element [1, 5]";
      LiveFloats live = new LiveFloats(models.base());
      assertThatThrownBy(() -> live.compose(models.basis(), genome, 2))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining(wanted);
      try (GenomeWeights weights = models.basis().weights(genome, tiles, _ -> {})) {
        assertThatThrownBy(() -> write(models.base(), weights))
            .isInstanceOf(WeightsException.class)
            .hasMessageContaining(wanted);
      }
    }
  }

  private static List<byte[]> write(Checkpoint base, GenomeWeights weights) throws IOException {
    List<byte[]> all = new ArrayList<>();
    for (TensorSpec spec : base.config().tensors()) {
      byte[] bytes = new byte[(int) (2 * spec.elements())];
      weights.write(
          base.tensor(spec.name()).spec(),
          (offset, piece) ->
              MemorySegment.copy(
                  piece, ValueLayout.JAVA_BYTE, 0, bytes, (int) offset, (int) piece.byteSize()));
      all.add(bytes);
    }
    return all;
  }
}

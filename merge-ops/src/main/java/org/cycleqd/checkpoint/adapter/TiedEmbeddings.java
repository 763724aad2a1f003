package org.cycleqd.checkpoint.adapter;

import java.util.List;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.TensorView;

/**
 * A base that ties its output head to the embedding cannot hold a change of one of them alone.
 *
 * <p>A saved embedding is taken if the adapter stores the same weights for the head, or says that
 * the head follows.
 */
final class TiedEmbeddings {

  private TiedEmbeddings() {}

  static void require(AdapterConfig config, AdapterTensors tensors, Checkpoint base)
      throws CheckpointException {
    String head = BaseModules.HEAD + BaseModules.WEIGHT;
    String embedding = BaseModules.EMBEDDING + BaseModules.WEIGHT;
    String why = ", since the base %s ties the two".formatted(base.folder());
    for (String path : List.of(BaseModules.HEAD, BaseModules.EMBEDDING)) {
      if (tensors.modules().containsKey(path)) {
        throw refusal(tensors, path + BaseModules.WEIGHT, "low-rank factors", "none" + why);
      }
    }
    TensorView input = tensors.whole().get(embedding);
    TensorView output = tensors.whole().get(head);
    boolean saved = config.saves(BaseModules.EMBEDDING);
    if (output != null) {
      if (!SameWeights.are(input == null ? base.tensor(embedding) : input, output)) {
        throw refusal(tensors, head, "weights of its own", "those of the embedding" + why);
      }
    } else if (saved ? !config.tied() : config.saves(BaseModules.HEAD)) {
      throw refusal(
          tensors,
          head,
          "none",
          (saved ? "a copy of the saved embedding or ensure_weight_tying true" : "it") + why);
    }
  }

  private static CheckpointException refusal(
      AdapterTensors tensors, String tensor, String found, String expected) {
    return tensors.refusal(AdapterTensors.PREFIX + tensor, found, expected);
  }
}

package org.cycleqd.checkpoint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.cycleqd.tensor.Finiteness;
import org.cycleqd.tensor.TensorView;

/** Looks for infinities and NaNs in all weights of a model. */
public final class FiniteCheck {

  private FiniteCheck() {}

  /**
   * Reads all weights once, with all processors.
   *
   * @param checkpoint an open model
   * @param progress told from any thread how many bytes have been read so far
   * @return the first infinity or NaN of each tensor that has one, in the model's order
   */
  public static List<NonFinite> of(Checkpoint checkpoint, LongConsumer progress)
      throws InterruptedException {
    List<RowTile> tiles =
        RowTile.of(checkpoint.tensors().values().stream().map(TensorView::spec).toList());
    AtomicLong done = new AtomicLong();
    List<OptionalLong> found =
        RowTile.map(
            tiles,
            tile -> {
              TensorView view = checkpoint.tensor(tile.spec().name());
              OptionalLong index =
                  Finiteness.firstNonFinite(view, tile.firstElement(), tile.elements());
              long bytes = tile.elements() * tile.spec().dtype().bits() / Byte.SIZE;
              progress.accept(done.addAndGet(bytes));
              return index;
            });
    List<NonFinite> first = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < tiles.size(); i++) {
      String name = tiles.get(i).spec().name();
      if (found.get(i).isPresent() && seen.add(name)) {
        long index = found.get(i).getAsLong();
        first.add(new NonFinite(name, index, checkpoint.tensor(name).element(index)));
      }
    }
    return first;
  }
}

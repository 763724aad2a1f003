package org.cycleqd.checkpoint;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.cycleqd.tensor.Finiteness;
import org.cycleqd.tensor.TensorView;
import org.jspecify.annotations.Nullable;

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
    return of(checkpoint.tensors().values(), progress);
  }

  static List<NonFinite> of(Collection<TensorView> views, LongConsumer progress)
      throws InterruptedException {
    Map<String, TensorView> byName = new LinkedHashMap<>();
    views.forEach(view -> byName.put(view.spec().name(), view));
    List<RowTile> tiles = RowTile.of(views.stream().map(TensorView::spec).toList());
    AtomicLong done = new AtomicLong();
    List<OptionalLong> found =
        RowTile.map(
            tiles,
            tile -> {
              TensorView view = Objects.requireNonNull(byName.get(tile.spec().name()));
              OptionalLong index =
                  Finiteness.firstNonFinite(view, tile.firstElement(), tile.elements());
              long bytes = tile.elements() * tile.spec().dtype().bits() / Byte.SIZE;
              progress.accept(done.addAndGet(bytes));
              return index;
            });
    List<NonFinite> first = new ArrayList<>();
    for (int i = 0; i < tiles.size(); i++) {
      // Tiles are in order, so the first that is found belongs to the tensor's first element.
      @Nullable TensorView view =
          found.get(i).isPresent() ? byName.remove(tiles.get(i).spec().name()) : null;
      if (view != null) {
        long index = found.get(i).getAsLong();
        first.add(new NonFinite(view.spec().name(), index, view.element(index)));
      }
    }
    return first;
  }
}

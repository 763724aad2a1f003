package org.cycleqd.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Of what kind the archives of a run are.
 *
 * @param cvt how cells are made; without it they are the products of the axes' bins
 * @param add what an archive takes
 */
public record ArchiveForm(@Nullable CvtRule cvt, AddRule add) {

  /** A grid whose cells take what is strictly better, as in CycleQD. */
  public static final ArchiveForm GRID = new ArchiveForm(null, new AddRule.Strict());

  /** Checks that the two go together. */
  public ArchiveForm {
    if (cvt != null && add instanceof AddRule.DominatedNovelty) {
      throw new IllegalArgumentException(
          "dominated novelty search has no cells, so none can be made by a cvt");
    }
  }

  /**
   * The places of the archive of every task.
   *
   * @param axes one axis per task, in task order
   * @param uniform independent numbers in [0, 1) by index, for the archive of a task by its name
   */
  public List<CellLayout> layouts(List<Axis> axes, Function<String, LongToDoubleFunction> uniform) {
    List<CellLayout> layouts = new ArrayList<>();
    for (int task = 0; task < axes.size(); task++) {
      List<Axis> others = ArchiveCycle.others(axes, task);
      if (add instanceof AddRule.DominatedNovelty(int capacity, int _)) {
        layouts.add(new Places(others, capacity));
      } else if (cvt == null) {
        layouts.add(new Grid(others));
      } else {
        layouts.add(cvt.over(others, uniform.apply(axes.get(task).task())));
      }
    }
    return List.copyOf(layouts);
  }
}

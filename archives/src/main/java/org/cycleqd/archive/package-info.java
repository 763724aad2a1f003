/**
 * Quality-diversity archives for a cycle of tasks: plain Java, no tensors, no randomness of its
 * own.
 *
 * <p>A candidate is known here by its number and its scores, one per task. With K tasks there are K
 * archives ({@link org.cycleqd.archive.ArchiveCycle}). In archive {@code i} the score of task
 * {@code i} is the quality, and the other K-1 scores are the behaviour characteristics: they pick a
 * cell of a {@link org.cycleqd.archive.Tessellation}, and a cell keeps the candidate of highest
 * quality, its {@link org.cycleqd.archive.Elite}. Every candidate is offered to all K archives
 * (CycleQD, arXiv 2410.14735, section 3.1).
 *
 * <pre>{@code
 * Axis coding = Axis.of("coding", 0.0, 0.8, 15);
 * Axis database = Axis.of("database", 0.0, 0.5, 15);
 * ArchiveCycle cycle = ArchiveCycle.of(List.of(coding, database));
 * List<AddOutcome> outcomes = cycle.offer(new Elite(7, List.of(0.62, 0.16)));
 * Metrics metrics = cycle.archives().getFirst().metrics();
 * }</pre>
 *
 * <p>Cells are a {@link org.cycleqd.archive.Grid} or a {@link org.cycleqd.archive.Voronoi}
 * tessellation around centroids that {@link org.cycleqd.archive.CvtRule} spreads; {@link
 * org.cycleqd.archive.AddRule} has soft thresholds and dominated novelty search beside the strict
 * rule. The QD score is the sum of quality minus offset: the offset is subtracted, and it is 0
 * unless another is given.
 *
 * <p>Elites keep raw scores, never bins, so archives can be rebuilt with other ranges without
 * scoring anything again. Add outcomes follow the convention of the quality-diversity libraries: a
 * strictly better candidate replaces, a tie keeps the incumbent.
 */
@NullMarked
package org.cycleqd.archive;

import org.jspecify.annotations.NullMarked;

/**
 * The search: CycleQD as a journalled, repeatable evolution of coefficient genomes.
 *
 * <p>{@link org.cycleqd.engine.SearchSettings} say what to search, an {@link
 * org.cycleqd.engine.Evaluator} scores a genome, {@link org.cycleqd.engine.Search} does the rest:
 *
 * <pre>{@code
 * GenomeLayout layout = ...;  // the experts' names and the model's tensors
 * Evaluator evaluator = ...;  // composes and scores a model
 * SearchSettings settings = SearchSettings.paper(42, List.of("coding", "maths"));
 * Search search = Search.of(settings, layout, Map.of("base", digestOfTheBase));
 * SearchOutcome outcome = search.run(Path.of("runs/first"), evaluator, 4, SearchListener.NONE);
 * Genome best = outcome.best().orElseThrow().genome();
 * Genome merged = outcome.aggregate().genome();
 * }</pre>
 *
 * <p>{@link org.cycleqd.engine.Limits} end a search, an {@link org.cycleqd.engine.Allowance} of
 * time or tokens pauses it, a {@link org.cycleqd.engine.SyncPolicy} says when records are forced to
 * the disk, {@link org.cycleqd.engine.RunFork} leaves a run for another. What proposes children is
 * a {@link org.cycleqd.engine.SearchStrategy}; CycleQD is one of several.
 *
 * <p>The search speaks Jenetics: a gene is one expert's coefficients in one tensor, a chromosome
 * one expert, selection is a {@code Selector} over the elites of an archive, crossover and mutation
 * are {@code Alterer}s, and the whole is an {@code Evolution} behind an {@code EvolutionStream},
 * one child per generation. Jenetics' shared random registry is never asked: every draw has an
 * address.
 *
 * <p>The journal is the truth. It is a file of JSON Lines, each with a checksum over itself and all
 * lines before it: a header, the experts' scores, the archives' axes, then one line per child.
 * Genomes are not in it; they follow from seed, number and parents, and are checked against their
 * digests when a run is continued. {@link org.cycleqd.engine.RunHistory} folds a journal into
 * archives and curves without scoring anything.
 *
 * <p>An {@link org.cycleqd.engine.ItemEvaluator} scores a candidate in instalments, and {@link
 * org.cycleqd.engine.Stopping} says when enough is known. What a candidate must beat, what is
 * guessed of its scores and the order of its items are fixed when it is bred, from archives that
 * hold the children up to its own number minus the lag. Archives of cells only become harder to
 * enter ({@link org.cycleqd.archive.Bar}), so what these archives cannot take no later ones can,
 * and stopping on the older state loses nothing. The journal holds the scores that were asked of a
 * stopped candidate; {@link org.cycleqd.engine.RunHistory} checks that they sufficed.
 */
@NullMarked
package org.cycleqd.engine;

import org.jspecify.annotations.NullMarked;

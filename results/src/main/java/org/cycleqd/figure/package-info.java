/**
 * Figures of a search, as vectors (SVG) and pixels (PNG at twice the nominal size).
 *
 * <p>Each factory turns plain values into a {@link org.cycleqd.figure.Figure}; nothing here reads a
 * journal or knows a model. The same values give the same SVG, byte for byte, so figures can be
 * compared between runs and kept under version control.
 *
 * <ul>
 *   <li>{@link org.cycleqd.figure.ArchiveHeatMap}: one archive of the cycle. The axes are the
 *       behaviour characteristics, which are the other tasks' scores; colour is quality. Light grey
 *       cells are empty, so coverage shows as coloured area.
 *   <li>{@link org.cycleqd.figure.ProgressFigure}: QD score, coverage and best score of every
 *       archive over the candidates. With archives that only improve, all three never fall.
 *   <li>{@link org.cycleqd.figure.MethodFigure}: scores of methods per task with error bars.
 *   <li>{@link org.cycleqd.figure.SimilarityHeatMap}: cosines between the experts.
 * </ul>
 *
 * <pre>{@code
 * List<String> tasks = List.of("coding", "database", "os");
 * Figure figure = ArchiveHeatMap.of(archive.snapshot(), tasks, seeds);
 * figure.writePng(Path.of("archive.png"));
 * figure.writeSvg(Path.of("archive.svg"));
 * }</pre>
 *
 * <p>Scores come in as fractions in [0, 1] and are shown in percent. Colours of tasks can be told
 * apart with the common colour vision deficiencies, and lines differ in their dashes too.
 */
@NullMarked
package org.cycleqd.figure;

import org.jspecify.annotations.NullMarked;

/**
 * What a search achieved: scores with their uncertainty, a machine-readable summary and a report to
 * read.
 *
 * <p>The way from answers to a page:
 *
 * <ol>
 *   <li>{@link org.cycleqd.report.ScoreMatrix} holds every method's score on every item and turns
 *       them into a {@link org.cycleqd.report.MethodScore} per method and a {@link
 *       org.cycleqd.report.Comparison} per pair of methods. All methods answer the same items, so
 *       differences are paired, which takes the items' own difficulty out of the standard error.
 *   <li>{@link org.cycleqd.report.Summary} writes {@code summary.json}.
 *   <li>{@link org.cycleqd.report.ReportContent} gathers these with archives, progress, lineage and
 *       costs; {@link org.cycleqd.report.ReportWriter} makes one HTML file of it that needs no
 *       network, no scripts and no other file. {@link org.cycleqd.report.ReportFigures} draws the
 *       same figures for use elsewhere.
 * </ol>
 *
 * <pre>{@code
 * ScoreMatrix matrix = ScoreMatrix.of(List.of("coding expert", "best"), itemScoresByTask);
 * Summary summary = Summary.of("test", matrix, Map.of("coding expert", EXPERT, "best", BEST));
 * summary.write(run.resolve("summary.json"));
 * ReportWriter.write(run.resolve("report.html"), content);
 * }</pre>
 *
 * <p>Scores are fractions in [0, 1] in every record and in {@code summary.json}; the report shows
 * percent. Parts that a running search cannot know yet may be empty and are then left out of the
 * page. Every text is escaped: names and configurations may come from strangers.
 */
@NullMarked
package org.cycleqd.report;

import org.jspecify.annotations.NullMarked;

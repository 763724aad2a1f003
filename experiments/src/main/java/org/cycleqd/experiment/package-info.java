/**
 * What an experiment is: its configuration file as a tree of records.
 *
 * <p>An {@link org.cycleqd.experiment.ExperimentConfig} describes one evolution of merged models, a
 * {@link org.cycleqd.experiment.TrainingConfig} one training. Both are YAML files with snake_case
 * keys. The record components are the schema: their names are the keys, their types are what is
 * accepted, {@code @Default} on a component is the value of a key that is not given, a
 * {@code @Nullable} component may be left out, and the compact constructors hold the allowed
 * ranges. Nothing else has to be written for a new field.
 *
 * <p>{@link org.cycleqd.experiment.ConfigReader} binds a file to the records and refuses whatever
 * does not fit, naming file, line, the path of the key and the nearest known key. {@link
 * org.cycleqd.experiment.ConfigWriter} writes the resolved configuration back, so that a run
 * carries every value it was made with:
 *
 * <pre>{@code
 * var config = ConfigReader.read(file, ExperimentConfig.class, List.of("search.lag=4"));
 * Files.writeString(run.resolve("config.yaml"), ConfigWriter.write(config));
 * }</pre>
 *
 * <p>Mistakes of the user are {@link org.cycleqd.experiment.UserException}s: their message is
 * complete, a stack trace adds nothing.
 */
@NullMarked
package org.cycleqd.experiment;

import org.jspecify.annotations.NullMarked;

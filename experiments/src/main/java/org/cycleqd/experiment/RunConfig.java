package org.cycleqd.experiment;

import java.nio.file.Path;
import java.util.List;

/** What all configurations of a run have in common, with models and without. */
public sealed interface RunConfig permits ExperimentConfig, SyntheticConfig {

  /** The run's folder below {@link #runs()}. */
  String name();

  /** Every random draw derives from it. */
  long seed();

  /** The experts' names. */
  List<String> expertNames();

  /** The task of each expert. */
  List<String> expertTasks();

  /** The tasks' names; each is the quality in turn. */
  List<String> taskNames();

  /** How coarse the coefficients of a genome are. */
  GenomeConfig genome();

  /** The archives. */
  ArchiveConfig archive();

  /** The evolution. */
  SearchConfig search();

  /** How one model is made of the archives. */
  AggregationConfig aggregation();

  /** When the journal is forced to the disk. */
  JournalConfig journal();

  /** How many candidates are evaluated at a time on this many processors. */
  int workers(int processors);

  /** Holds one folder per run. */
  Path runs();

  /** All values as YAML, which is read back equal. */
  default String yaml() {
    return ConfigWriter.write((Record) this);
  }
}

package org.cycleqd.experiment;

import java.nio.file.Path;

/**
 * A fine-tune of the base model, a seed of the archives.
 *
 * @param path a Hugging Face model folder, a PEFT folder with a LoRA adapter on the base, or the
 *     file of an SVF expert of the base
 * @param task the task this expert was tuned for; the expert-basis mutation uses it when that task
 *     is the quality
 */
public record ExpertConfig(String name, Path path, String task) {

  /** Checks the name. */
  public ExpertConfig {
    Require.name("name", name);
  }
}

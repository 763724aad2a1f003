package org.cycleqd.experiment;

/**
 * AdamW and its learning rate. Batch size, betas and schedule default to those of the experts in
 * CycleQD (arXiv 2410.14735, appendix A.1.2).
 *
 * @param steps updates
 * @param batch sequences in an update
 * @param learningRate the peak
 * @param warmup steps of linear rise to the peak
 * @param finalFraction share of the peak that a cosine schedule ends at
 * @param beta1 decay of the mean of the gradients
 * @param beta2 decay of the mean of their squares
 * @param clip longest gradient, as a Euclidean norm over all weights
 * @param promptLoss weight of the loss on prompt tokens; on answer tokens it is 1
 */
public record OptimiserConfig(
    int steps,
    @Default("64") int batch,
    double learningRate,
    @Default("cosine") Schedule schedule,
    @Default("0") int warmup,
    @Default("0.1") double finalFraction,
    @Default("0.9") double beta1,
    @Default("0.95") double beta2,
    @Default("0.0") double weightDecay,
    @Default("1.0") double clip,
    @Default("0.0") double promptLoss) {

  /** Checks the numbers. */
  public OptimiserConfig {
    Require.atLeast("steps", steps, 1);
    Require.atLeast("batch", batch, 1);
    Require.positive("learning_rate", learningRate);
    Require.between("warmup", warmup, 0, steps);
    Require.between("final_fraction", finalFraction, 0.0, 1.0);
    Require.between("beta1", beta1, 0.0, 0.999999);
    Require.between("beta2", beta2, 0.0, 0.999999);
    Require.atLeast("weight_decay", weightDecay, 0.0);
    Require.positive("clip", clip);
    Require.between("prompt_loss", promptLoss, 0.0, 1.0);
  }
}

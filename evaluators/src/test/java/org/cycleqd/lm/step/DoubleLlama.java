package org.cycleqd.lm.step;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.LlamaConfig;

/** A Llama model in float64, a token at a time, as plainly as it can be said. */
final class DoubleLlama {

  private final DrawnModel model;
  private final LlamaConfig config;
  private final AttentionConfig attention;
  private final float[] cosines;
  private final float[] sines;
  private final List<List<double[]>> keys = new ArrayList<>();
  private final List<List<double[]>> values = new ArrayList<>();
  private int position;

  DoubleLlama(DrawnModel model) {
    this.model = model;
    this.config = model.config();
    this.attention = config.attention();
    this.cosines = floats(model.memory().cosines());
    this.sines = floats(model.memory().sines());
    for (int l = 0; l < config.layers(); l++) {
      keys.add(new ArrayList<>());
      values.add(new ArrayList<>());
    }
  }

  private static float[] floats(MemorySegment memory) {
    return memory.toArray(ValueLayout.JAVA_FLOAT);
  }

  /** The logits behind one more token. */
  double[] step(long token) {
    float[] embedding = model.get(DrawnModel.EMBEDDING);
    int hidden = config.hiddenSize();
    double[] x = new double[hidden];
    for (int i = 0; i < hidden; i++) {
      x[i] = embedding[(int) token * hidden + i];
    }
    for (int l = 0; l < config.layers(); l++) {
      String layer = "model.layers." + l + ".";
      double[] inputs =
          linear(norm(x, layer + "input_layernorm.weight"), layer + CompiledSteps.INPUTS);
      x = sum(x, linear(attend(inputs, l), layer + "self_attn.o_proj"));
      double[] h = norm(x, layer + "post_attention_layernorm.weight");
      double[] gate = linear(h, layer + "mlp.gate_proj");
      double[] up = linear(h, layer + "mlp.up_proj");
      for (int i = 0; i < gate.length; i++) {
        gate[i] *= up[i] / (1 + Math.exp(-gate[i]));
      }
      x = sum(x, linear(gate, layer + "mlp.down_proj"));
    }
    position++;
    return product(
        norm(x, "model.norm.weight"),
        config.tiedEmbeddings() ? embedding : model.get(DrawnModel.HEAD));
  }

  private double[] norm(double[] x, String name) {
    float[] weights = model.get(name);
    double squares = 0;
    for (double each : x) {
      squares += each * each;
    }
    double[] found = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      found[i] = x[i] / Math.sqrt(squares / x.length + config.rmsNormEpsilon()) * weights[i];
    }
    return found;
  }

  private double[] linear(double[] x, String name) {
    double[] found = product(x, model.get(name + ".weight"));
    if (model.has(name + ".bias")) {
      float[] bias = model.get(name + ".bias");
      for (int i = 0; i < found.length; i++) {
        found[i] += bias[i];
      }
    }
    return found;
  }

  private static double[] product(double[] x, float[] weights) {
    double[] found = new double[weights.length / x.length];
    for (int o = 0; o < found.length; o++) {
      for (int i = 0; i < x.length; i++) {
        found[o] += x[i] * weights[o * x.length + i];
      }
    }
    return found;
  }

  private static double[] sum(double[] a, double[] b) {
    double[] found = a.clone();
    for (int i = 0; i < a.length; i++) {
      found[i] += b[i];
    }
    return found;
  }

  private double[] attend(double[] inputs, int layer) {
    int heads = attention.heads();
    int sources = attention.keyValueHeads();
    int dimension = attention.headDimension();
    keys.get(layer).add(turned(inputs, heads, sources));
    values.get(layer).add(part(inputs, heads + sources, sources));
    double[] queries = turned(inputs, 0, heads);
    double[] found = new double[heads * dimension];
    for (int h = 0; h < heads; h++) {
      int source = h / (heads / sources);
      double[] weights = new double[position + 1];
      double total = 0;
      for (int t = 0; t <= position; t++) {
        double dot = 0;
        for (int i = 0; i < dimension; i++) {
          dot += queries[h * dimension + i] * keys.get(layer).get(t)[source * dimension + i];
        }
        weights[t] = Math.exp(dot / Math.sqrt(dimension));
        total += weights[t];
      }
      for (int t = 0; t <= position; t++) {
        for (int i = 0; i < dimension; i++) {
          found[h * dimension + i] +=
              weights[t] / total * values.get(layer).get(t)[source * dimension + i];
        }
      }
    }
    return found;
  }

  private double[] part(double[] inputs, int first, int heads) {
    int dimension = attention.headDimension();
    double[] found = new double[heads * dimension];
    System.arraycopy(inputs, first * dimension, found, 0, found.length);
    return found;
  }

  private double[] turned(double[] inputs, int first, int heads) {
    int dimension = attention.headDimension();
    int half = dimension / 2;
    double[] found = part(inputs, first, heads);
    for (int h = 0; h < heads; h++) {
      for (int i = 0; i < half; i++) {
        double a = found[h * dimension + i];
        double b = found[h * dimension + i + half];
        double cosine = cosines[position * dimension + i];
        double sine = sines[position * dimension + i];
        found[h * dimension + i] = a * cosine - b * sine;
        found[h * dimension + i + half] = b * cosine + a * sine;
      }
    }
    return found;
  }
}

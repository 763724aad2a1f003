package org.cycleqd.lm.step;

/** The addresses and numbers that a step is given, in the order of their places in memory. */
enum Slot {
  /** Tokens, a {@code long} for each row. */
  TOKENS,
  /** Positions, a {@code long} for each row. */
  PLACES,
  /** The residual stream [rows, hidden]. */
  STREAM,
  /** The same after attention. */
  ATTENDED_STREAM,
  /** Normalised [rows, hidden]. */
  NORMALISED,
  /** Queries, keys and values [rows, their widths]. */
  INPUTS,
  /** What attention gives [rows, query width]. */
  ATTENDED,
  /** Inside the MLP [rows, intermediate]. */
  GATE,
  /** Inside the MLP [rows, intermediate]. */
  UP,
  /** Logits [rows, vocabulary]. */
  LOGITS,
  /** Cosines [positions, head dimension]. */
  COSINES,
  /** Sines [positions, head dimension]. */
  SINES,
  /** Most tokens of a row, a number. */
  CAPACITY,
  /** The embedding [vocabulary, hidden]. */
  EMBEDDING,
  /** The last norm's weights. */
  FINAL_NORM,
  /** The head's panels. */
  HEAD,
  /** Where threads count how many have come. */
  MEETING,
  /** The most probable tokens, a {@code long} for each row. */
  BEST;

  /** Bytes from the beginning. */
  @SuppressWarnings("EnumOrdinal") // the order is the layout
  long offset() {
    return (long) ordinal() * Long.BYTES;
  }

  /** Bytes from the beginning to the first layer. */
  static long end() {
    return (long) values().length * Long.BYTES;
  }

  /** The addresses of a layer; 0 where there is no bias. */
  enum Layer {
    /** Weights of the norm before attention. */
    INPUT_NORM,
    /** Panels that give queries, keys and values. */
    INPUTS,
    /** Their bias. */
    INPUTS_BIAS,
    /** Cached keys [slots, heads, capacity, dimension]. */
    KEYS,
    /** Cached values, likewise. */
    VALUES,
    /** Panels behind attention. */
    OUTPUT,
    /** Their bias. */
    OUTPUT_BIAS,
    /** Weights of the norm before the MLP. */
    MLP_NORM,
    /** Panels of the gate. */
    GATE,
    /** Their bias. */
    GATE_BIAS,
    /** Panels beside the gate. */
    UP,
    /** Their bias. */
    UP_BIAS,
    /** Panels out of the MLP. */
    DOWN,
    /** Their bias. */
    DOWN_BIAS;

    /** Bytes from the layer's beginning. */
    @SuppressWarnings("EnumOrdinal") // the order is the layout
    long offset() {
      return (long) ordinal() * Long.BYTES;
    }

    /** Bytes of a layer. */
    static long bytes() {
      return (long) values().length * Long.BYTES;
    }
  }
}

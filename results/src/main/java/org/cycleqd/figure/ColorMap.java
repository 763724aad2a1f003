package org.cycleqd.figure;

import java.awt.Color;
import java.util.List;

/**
 * A sequential colour map from dark violet over blue and green to light yellow.
 *
 * <p>Its nine stops have equally spaced lightness and rotating hue in the OKLab colour space, so
 * equal steps in value look about equally large, also in greyscale and with colour vision
 * deficiencies.
 */
public final class ColorMap {

  private static final List<Color> STOPS =
      List.of(
          new Color(0x400568),
          new Color(0x37308e),
          new Color(0x0155a8),
          new Color(0x04789f),
          new Color(0x0796a2),
          new Color(0x0fb59f),
          new Color(0x57d18a),
          new Color(0xade274),
          new Color(0xf7ed6c));

  private ColorMap() {}

  /**
   * The colour of a position.
   *
   * @param position from 0 (lowest) to 1 (highest); values outside are clipped
   * @throws IllegalArgumentException if it is not a number
   */
  public static Color color(double position) {
    if (Double.isNaN(position)) {
      throw new IllegalArgumentException("a colour needs a position from 0 to 1, got NaN");
    }
    double place = Math.clamp(position, 0.0, 1.0) * (STOPS.size() - 1);
    int stop = Math.min((int) place, STOPS.size() - 2);
    double share = place - stop;
    Color from = STOPS.get(stop);
    Color to = STOPS.get(stop + 1);
    return new Color(
        mix(from.getRed(), to.getRed(), share),
        mix(from.getGreen(), to.getGreen(), share),
        mix(from.getBlue(), to.getBlue(), share));
  }

  /** The colour of a position as {@code #rrggbb}. */
  public static String hex(double position) {
    return "#%06x".formatted(color(position).getRGB() & 0xffffff);
  }

  private static int mix(int from, int to, double share) {
    return (int) Math.round(from + share * (to - from));
  }
}

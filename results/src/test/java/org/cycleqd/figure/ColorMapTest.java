package org.cycleqd.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import org.junit.jupiter.api.Test;

class ColorMapTest {

  @Test
  void lightnessRisesInEqualSteps() {
    double first = lightness(ColorMap.color(0));
    double last = lightness(ColorMap.color(1));
    assertThat(first).isLessThan(0.35);
    assertThat(last).isGreaterThan(0.9);
    for (int step = 0; step <= 40; step++) {
      double position = step / 40.0;
      assertThat(lightness(ColorMap.color(position)))
          .isCloseTo(first + position * (last - first), within(0.02));
    }
  }

  @Test
  void clipsAndWritesHexadecimal() {
    assertThat(ColorMap.color(-1)).isEqualTo(ColorMap.color(0));
    assertThat(ColorMap.color(7)).isEqualTo(ColorMap.color(1));
    assertThat(ColorMap.hex(0)).isEqualTo("#400568");
    assertThat(ColorMap.hex(1)).isEqualTo("#f7ed6c");
    assertThatThrownBy(() -> ColorMap.color(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Lightness in OKLab (Ottosson, 2020). */
  private static double lightness(Color color) {
    double red = linear(color.getRed());
    double green = linear(color.getGreen());
    double blue = linear(color.getBlue());
    double l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
    double m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
    double s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
    return 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
  }

  private static double linear(int channel) {
    double value = channel / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }
}

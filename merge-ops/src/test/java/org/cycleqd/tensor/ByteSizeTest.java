package org.cycleqd.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteSizeTest {

  @Test
  void byteUnitsAreDecimalAndNeverRoundUpToAThousand() {
    assertThat(ByteSize.of(0)).isEqualTo("0 B");
    assertThat(ByteSize.of(999)).isEqualTo("999 B");
    assertThat(ByteSize.of(1000)).isEqualTo("1.00 kB");
    assertThat(ByteSize.of(999_994)).isEqualTo("999.99 kB");
    assertThat(ByteSize.of(999_995)).isEqualTo("1.00 MB");
    assertThat(ByteSize.of(16_060_522_496L)).isEqualTo("16.06 GB");
    assertThat(ByteSize.of(Long.MAX_VALUE)).isEqualTo("9.22 EB");
    assertThat(ByteSize.ofPair(7, 12)).isEqualTo("7/12 B");
    assertThat(ByteSize.ofPair(7, 12_000)).isEqualTo("0.0/12.0 kB");
  }
}

package org.cycleqd.merge.stream;

/** Quickselect. */
final class OrderStatistic {

  private OrderStatistic() {}

  /**
   * The value that a sorted array would have at an index; reorders the array.
   *
   * @param values at least one
   */
  static int of(int[] values, int index) {
    int left = 0;
    int right = values.length - 1;
    while (left < right) {
      int pivot = median(values[left], values[(left + right) >>> 1], values[right]);
      int i = left;
      int j = right;
      while (i <= j) {
        while (values[i] < pivot) {
          i++;
        }
        while (values[j] > pivot) {
          j--;
        }
        if (i <= j) {
          int swapped = values[i];
          values[i++] = values[j];
          values[j--] = swapped;
        }
      }
      if (index <= j) {
        right = j;
      } else if (index >= i) {
        left = i;
      } else {
        return values[index];
      }
    }
    return values[index];
  }

  private static int median(int a, int b, int c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}

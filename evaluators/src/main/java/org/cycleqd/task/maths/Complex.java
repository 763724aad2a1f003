package org.cycleqd.task.maths;

/** A complex number. */
record Complex(double re, double im) {
  static final Complex ZERO = real(0);
  static final Complex ONE = real(1);
  static final Complex I = new Complex(0, 1);

  static Complex real(double value) {
    return new Complex(value, 0);
  }

  Complex plus(Complex other) {
    return new Complex(re + other.re, im + other.im);
  }

  Complex negative() {
    return new Complex(-re, -im);
  }

  Complex minus(Complex other) {
    return plus(other.negative());
  }

  Complex times(Complex other) {
    return new Complex(re * other.re - im * other.im, re * other.im + im * other.re);
  }

  Complex over(Complex other) {
    double scale = other.re * other.re + other.im * other.im;
    Complex above = times(new Complex(other.re, -other.im));
    return new Complex(above.re / scale, above.im / scale);
  }

  double size() {
    return Math.hypot(re, im);
  }

  Complex exp() {
    double scale = Math.exp(re);
    return im == 0 ? real(scale) : new Complex(scale * Math.cos(im), scale * Math.sin(im));
  }

  Complex log() {
    return new Complex(Math.log(size()), Math.atan2(im, re));
  }

  Complex power(Complex exponent) {
    if (im == 0 && exponent.im == 0) {
      double value = Math.pow(re, exponent.re);
      if (!Double.isNaN(value)) {
        return real(value);
      }
    }
    if (exponent.im == 0 && exponent.re == Math.rint(exponent.re) && Math.abs(exponent.re) <= 64) {
      Complex product = ONE;
      for (int i = 0; i < Math.abs(exponent.re); i++) {
        product = product.times(this);
      }
      return exponent.re < 0 ? ONE.over(product) : product;
    }
    return size() == 0 ? ZERO : log().times(exponent).exp();
  }

  boolean finite() {
    return Double.isFinite(re) && Double.isFinite(im);
  }

  /** Whether both are the same to 9 digits. */
  boolean near(Complex other) {
    double distance = minus(other).size();
    return distance <= 1e-9 * Math.max(1e-3, Math.max(size(), other.size()));
  }
}

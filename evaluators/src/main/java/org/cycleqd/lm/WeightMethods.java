package org.cycleqd.lm;

/** Live weights of any type, which DJL's own arrays cannot hold. */
final class WeightMethods {

  private WeightMethods() {}

  /**
   * {@code weight}: zeros where {@code like} is; {@code put}: rows of a matrix, rounded to its
   * type; {@code attempt}: the operators of a layer, small; {@code part}: rows of a tensor, in its
   * memory; {@code cast}: a copy of that type; {@code checksum}: a sum over sign, exponent and
   * mantissa of all elements, each mixed with its place by a 64-bit finaliser (splitmix64's
   * constants), so that exchanged elements do not cancel.
   */
  static String text() {
    return """
      def weight(self: __torch__.Program, like: Tensor, shape: List[int], type: int) -> Tensor:
        return torch.to(torch.new_zeros(like, shape), type)
      def attempt(self: __torch__.Program, like: Tensor, type: int) -> Tensor:
        x = torch.to(torch.new_ones(like, [4, 4]), type)
        h = torch.silu(torch.linear(torch.rms_norm(x, [4], torch.select(x, 0, 0), 1e-5), x))
        q = torch.view(h, [1, 1, 4, 4])
        return torch.scaled_dot_product_attention(q, q, q, None, 0., True, scale=None, enable_gqa=False)
      def put(self: __torch__.Program, target: Tensor, first: int, source: Tensor) -> Tensor:
        matrix = torch.view(target, [-1, torch.size(source, 1)])
        return torch.copy_(torch.slice(matrix, 0, first, first + torch.size(source, 0)), source)
      def part(self: __torch__.Program, whole: Tensor, first: int, last: int) -> Tensor:
        return torch.slice(whole, 0, first, last)
      def checksum(self: __torch__.Program, w: List[Tensor]) -> Tensor:
        total = torch.new_zeros(w[0], [], dtype=4)
        places = torch.cumsum(torch.new_ones(w[0], [1048576], dtype=4), 0)
        keys = places * -7046029254386353131
        for i in range(len(w)):
          flat = torch.view(w[i], [-1])
          n = torch.size(flat, 0)
          first = 0
          while first < n:
            x = torch.to(torch.slice(flat, 0, first, min(n, first + 1048576)), 6)
            mantissa, exponent = torch.frexp(x)
            bits = torch.to(mantissa * 16777216., 4) * 1024 + exponent * 2 + torch.to(torch.signbit(x), 4)
            mixed = torch.bitwise_xor(bits, torch.slice(keys, 0, 0, torch.size(bits, 0)))
            mixed = torch.bitwise_xor(mixed, torch.bitwise_right_shift(mixed, 32)) * -4658895280553007687
            mixed = torch.bitwise_xor(mixed, torch.bitwise_right_shift(mixed, 29)) * -7723592293110705685
            total = total * 31 + torch.sum(mixed)
            first = first + 1048576
        return total
      def cast(self: __torch__.Program, source: Tensor, type: int) -> Tensor:
        return torch.to(source, type)
    """;
  }
}

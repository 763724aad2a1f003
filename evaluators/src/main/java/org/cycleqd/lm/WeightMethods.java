package org.cycleqd.lm;

/** Live weights of any type, which DJL's own arrays cannot hold. */
final class WeightMethods {

  private WeightMethods() {}

  /**
   * {@code weight}: zeros where {@code like} is; {@code put}: rows of a matrix, rounded to its
   * type; {@code part}: rows of a tensor, in its memory; {@code cast}: a copy of that type.
   */
  static String text() {
    return """
      def weight(self: __torch__.Program, like: Tensor, shape: List[int], type: int) -> Tensor:
        return torch.to(torch.new_zeros(like, shape), type)
      def put(self: __torch__.Program, target: Tensor, first: int, source: Tensor) -> Tensor:
        matrix = torch.view(target, [-1, torch.size(source, 1)])
        return torch.copy_(torch.slice(matrix, 0, first, first + torch.size(source, 0)), source)
      def part(self: __torch__.Program, whole: Tensor, first: int, last: int) -> Tensor:
        return torch.slice(whole, 0, first, last)
      def cast(self: __torch__.Program, source: Tensor, type: int) -> Tensor:
        return torch.to(source, type)
    """;
  }
}

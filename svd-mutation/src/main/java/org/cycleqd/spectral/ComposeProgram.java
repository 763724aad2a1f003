package org.cycleqd.spectral;

/** The arithmetic of singular bases as a TorchScript program inside libtorch. */
final class ComposeProgram {

  /**
   * {@code svd}: puts the thin singular value decomposition of [m, n] into U [m, r], S [r] and V^T
   * [r, n]. It is taken in float64, since singular vectors of close singular values lose digits; a
   * wide matrix is decomposed as its transpose, which is faster.
   *
   * <p>{@code scaled}: {@code left diag(amounts)}. {@code columns}, {@code rows}: matrices beside
   * and above each other.
   *
   * <p>Of {@code out}, rows {@code first} and following of a product: {@code multiply} sets them
   * from the whole left factor. {@code multiply_scaled} sets them and {@code add_scaled} adds to
   * them from these rows of the left factor and amounts.
   *
   * <p>{@code put}: copies rows into a tensor from row {@code first} on, rounded to its type.
   */
  static final String TEXT =
      """
        def svd(self: __torch__.Program, matrix: Tensor, left: Tensor, values: Tensor, right: Tensor) -> Tensor:
          if torch.size(matrix, 0) < torch.size(matrix, 1):
            v, s, u = torch.linalg_svd(torch.to(torch.t(matrix), 7), False)
            x = torch.copy_(left, torch.t(u))
            y = torch.copy_(right, torch.t(v))
          else:
            u, s, v = torch.linalg_svd(torch.to(matrix, 7), False)
            x = torch.copy_(left, u)
            y = torch.copy_(right, v)
          return torch.copy_(values, s)
        def scaled(self: __torch__.Program, left: Tensor, amounts: Tensor) -> Tensor:
          return left * amounts
        def columns(self: __torch__.Program, parts: List[Tensor]) -> Tensor:
          return torch.cat(parts, 1)
        def rows(self: __torch__.Program, parts: List[Tensor]) -> Tensor:
          return torch.cat(parts, 0)
        def multiply(self: __torch__.Program, out: Tensor, left: Tensor, right: Tensor, first: int) -> Tensor:
          rows = torch.slice(left, 0, first, first + torch.size(out, 0))
          return torch.mm(rows, right, out=out)
        def multiply_scaled(self: __torch__.Program, out: Tensor, left: Tensor, amounts: Tensor, right: Tensor) -> Tensor:
          return torch.mm(left * amounts, right, out=out)
        def add_scaled(self: __torch__.Program, out: Tensor, left: Tensor, amounts: Tensor, right: Tensor) -> Tensor:
          return torch.addmm_(out, left * amounts, right)
        def put(self: __torch__.Program, target: Tensor, first: int, source: Tensor) -> Tensor:
          matrix = torch.view(target, [-1, torch.size(source, 1)])
          return torch.copy_(torch.slice(matrix, 0, first, first + torch.size(source, 0)), source)
      """;

  private ComposeProgram() {}
}

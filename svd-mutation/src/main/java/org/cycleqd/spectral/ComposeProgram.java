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
   * <p>{@code take_rows}, {@code add_rows}: set rows of {@code out} from a matrix, and add them.
   *
   * <p>{@code spectrum}: U, S and V^T in float64. {@code triangles}: in float64 the triangles of
   * the QR decompositions of a tall matrix and of a wide one's transpose. {@code times}: a product;
   * {@code between}: a core between triangles, {@code within}: what amounts of the singular vectors
   * of that are as a core. {@code shifted}: {@code core + left diag(amounts) right} in float64,
   * rounded to float32.
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
        def take_rows(self: __torch__.Program, out: Tensor, matrix: Tensor, first: int) -> Tensor:
          return torch.copy_(out, torch.slice(matrix, 0, first, first + torch.size(out, 0)))
        def add_rows(self: __torch__.Program, out: Tensor, matrix: Tensor, first: int) -> Tensor:
          return torch.add_(out, torch.slice(matrix, 0, first, first + torch.size(out, 0)))
        def spectrum(self: __torch__.Program, matrix: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
          if torch.size(matrix, 0) < torch.size(matrix, 1):
            v, s, u = torch.linalg_svd(torch.to(torch.t(matrix), 7), False)
            found = (torch.t(u), s, torch.t(v))
          else:
            found = torch.linalg_svd(torch.to(matrix, 7), False)
          return found
        def triangles(self: __torch__.Program, left: Tensor, right: Tensor) -> Tuple[Tensor, Tensor]:
          p, a = torch.linalg_qr(torch.to(left, 7), "r")
          q, b = torch.linalg_qr(torch.to(torch.t(right), 7), "r")
          return (a, b)
        def times(self: __torch__.Program, a: Tensor, b: Tensor) -> Tensor:
          return torch.mm(a, b)
        def between(self: __torch__.Program, left: Tensor, core: Tensor, right: Tensor) -> Tensor:
          return torch.mm(torch.mm(left, core), torch.t(right))
        def within(self: __torch__.Program, core: Tensor, left: Tensor, u: Tensor, amounts: Tensor, v: Tensor, right: Tensor) -> Tensor:
          first = torch.mm(core, torch.mm(torch.t(right), torch.t(v)))
          last = torch.mm(torch.mm(torch.t(u), left), core)
          return torch.mm(first * amounts, last)
        def shifted(self: __torch__.Program, core: Tensor, left: Tensor, amounts: Tensor, right: Tensor) -> Tensor:
          return torch.to(core + torch.mm(left * amounts, right), 6)
      """;

  private ComposeProgram() {}
}

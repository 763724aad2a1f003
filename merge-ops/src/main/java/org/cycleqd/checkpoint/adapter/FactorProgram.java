package org.cycleqd.checkpoint.adapter;

/** The linear algebra of low-rank factors as a TorchScript program; everything is in float64. */
final class FactorProgram {

  /**
   * {@code svd}: thin singular value decomposition [m, n] to U [m, k], S [k], V^T [k, n]. A wide
   * matrix is decomposed as its transpose, which takes less than half of the time.
   *
   * <p>{@code product_svd}: the same of {@code left right}, [m, r] [r, n], without forming it: with
   * the QR decompositions left = Q R and right^T = P T, it is that of the small R T^T, turned by Q
   * and P.
   *
   * <p>{@code basis}: an orthonormal basis [m, k] of the columns.
   *
   * <p>{@code lifted_svd}: the decomposition of {@code left transposed^T}, whose left factor is
   * orthonormal.
   *
   * <p>Those that take a matrix by tiles, {@code first} being a tile's first row: {@code times}
   * puts the tile's rows of {@code matrix right} into {@code out}, {@code adjoint} adds the tile's
   * part of {@code matrix^T left} to {@code sum}, {@code residual} is the squared Frobenius norm of
   * the tile's rows of {@code matrix - left right}.
   *
   * <p>{@code leading}: the first {@code rank} factors, the right ones as columns. {@code
   * pair_error}: of {@code product = matrix V}, the largest norm of a column of {@code product - U
   * diag(S)}.
   */
  static final String TEXT =
      """
        def svd(self: __torch__.Program, matrix: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
          if torch.size(matrix, 0) < torch.size(matrix, 1):
            v, s, u = torch.linalg_svd(torch.t(matrix), False)
            result = (torch.contiguous(torch.t(u)), s, torch.contiguous(torch.t(v)))
          else:
            result = torch.linalg_svd(matrix, False)
          return result
        def product_svd(self: __torch__.Program, left: Tensor, right: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
          q, r = torch.linalg_qr(left, "reduced")
          p, t = torch.linalg_qr(torch.t(right), "reduced")
          u, s, v = torch.linalg_svd(torch.matmul(r, torch.t(t)), False)
          return (torch.matmul(q, u), s, torch.matmul(v, torch.t(p)))
        def basis(self: __torch__.Program, matrix: Tensor) -> Tensor:
          q, r = torch.linalg_qr(matrix, "reduced")
          return q
        def lifted_svd(self: __torch__.Program, left: Tensor, transposed: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
          u, s, v = torch.linalg_svd(torch.t(transposed), False)
          return (torch.matmul(left, u), s, v)
        def times(self: __torch__.Program, out: Tensor, tile: Tensor, right: Tensor, first: int) -> Tensor:
          rows = torch.slice(out, 0, first, first + torch.size(tile, 0))
          return torch.copy_(rows, torch.matmul(tile, right))
        def adjoint(self: __torch__.Program, sum: Tensor, tile: Tensor, left: Tensor, first: int) -> Tensor:
          rows = torch.slice(left, 0, first, first + torch.size(tile, 0))
          return torch.add_(sum, torch.matmul(torch.t(tile), rows))
        def residual(self: __torch__.Program, tile: Tensor, left: Tensor, right: Tensor, first: int) -> Tensor:
          rows = torch.slice(left, 0, first, first + torch.size(tile, 0))
          x = tile - torch.matmul(rows, right)
          return torch.sum(x * x)
        def leading(self: __torch__.Program, left: Tensor, values: Tensor, right: Tensor, rank: int) -> Tuple[Tensor, Tensor, Tensor]:
          u = torch.slice(left, 1, 0, rank)
          s = torch.slice(values, 0, 0, rank)
          v = torch.t(torch.slice(right, 0, 0, rank))
          return (torch.contiguous(u), torch.contiguous(s), torch.contiguous(v))
        def pair_error(self: __torch__.Program, product: Tensor, left: Tensor, values: Tensor) -> Tensor:
          x = product - left * values
          return torch.sqrt(torch.max(torch.sum(x * x, [0])))
      """;

  private FactorProgram() {}
}

package org.cycleqd.spectral.analysis;

/** The products of an analysis as a TorchScript program inside libtorch, in float64. */
final class GramProgram {

  /**
   * {@code add_rows}: {@code sum += tile^T tile}, [n, n], of some rows of a matrix [m, n]; {@code
   * add_columns}: {@code sum += tile tile^T}, [m, m], of the columns from {@code first} to {@code
   * last}.
   *
   * <p>{@code eigenvalues}: of a symmetric matrix, ascending.
   */
  static final String TEXT =
      """
        def add_rows(self: __torch__.Program, sum: Tensor, tile: Tensor) -> Tensor:
          x = torch.to(tile, 7)
          return torch.add_(sum, torch.matmul(torch.t(x), x))
        def add_columns(self: __torch__.Program, sum: Tensor, matrix: Tensor, first: int, last: int) -> Tensor:
          x = torch.to(torch.slice(matrix, 1, first, last), 7)
          return torch.add_(sum, torch.matmul(x, torch.t(x)))
        def eigenvalues(self: __torch__.Program, matrix: Tensor) -> Tensor:
          return torch.linalg_eigvalsh(matrix)
      """;

  private GramProgram() {}
}

package org.cycleqd.spectral.svf;

/** The matrix products of SVF as a TorchScript program inside libtorch. */
final class SvfProgram {

  /**
   * {@code decompose}: thin singular value decomposition [m, n] to U [m, r], S [r] in float64, V^T
   * [r, n], taken in float64; U and V^T get the matrix's type. A wide matrix is decomposed as its
   * transpose, which takes less than half of the time.
   *
   * <p>{@code recompose}: {@code left diag(amounts) right}.
   *
   * <p>{@code project}: {@code g_i = u_i^T gradient v_i}, [r]. {@code project_tokens}: the same of
   * {@code gradient = sum_t outputs_t inputs_t^T} without forming it.
   */
  static final String TEXT =
      """
        def decompose(self: __torch__.Program, matrix: Tensor, type: int) -> Tuple[Tensor, Tensor, Tensor]:
          x = torch.to(matrix, 7)
          if torch.size(x, 0) < torch.size(x, 1):
            v, s, u = torch.linalg_svd(torch.t(x), False)
            result = (torch.contiguous(torch.to(torch.t(u), type)), s, torch.contiguous(torch.to(torch.t(v), type)))
          else:
            u, s, v = torch.linalg_svd(x, False)
            result = (torch.to(u, type), s, torch.to(v, type))
          return result
        def recompose(self: __torch__.Program, left: Tensor, amounts: Tensor, right: Tensor) -> Tensor:
          return torch.matmul(left * amounts, right)
        def project(self: __torch__.Program, left: Tensor, gradient: Tensor, right: Tensor) -> Tensor:
          return torch.sum(torch.matmul(torch.t(left), gradient) * right, [1])
        def project_tokens(self: __torch__.Program, left: Tensor, outputs: Tensor, right: Tensor, inputs: Tensor) -> Tensor:
          return torch.sum(torch.matmul(outputs, left) * torch.matmul(inputs, torch.t(right)), [0])
      """;

  private SvfProgram() {}
}

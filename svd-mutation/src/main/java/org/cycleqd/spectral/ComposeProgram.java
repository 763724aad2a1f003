package org.cycleqd.spectral;

/** The arithmetic of singular bases as a TorchScript program inside libtorch. */
final class ComposeProgram {

  /**
   * {@code svd}: thin singular value decomposition [a, b] to U [a, r], S [r], V^T [r, b]. It is
   * taken in float64, since singular vectors of close singular values lose digits.
   *
   * <p>{@code compose}: {@code out <- round(base + scales . taskVectors + left diag(amounts)
   * right)} with one rounding to the type whose libtorch number is {@code type}.
   */
  static final String TEXT =
      """
        def svd(self: __torch__.Program, matrix: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
          u, s, v = torch.linalg_svd(torch.to(matrix, 7), False)
          return (torch.to(u, 6), torch.to(s, 6), torch.to(v, 6))
        def compose(self: __torch__.Program, out: Tensor, base: Tensor, taskVectors: Tensor, scales: Tensor, left: Tensor, amounts: Tensor, right: Tensor, type: int) -> Tensor:
          x = base + torch.reshape(torch.matmul(scales, taskVectors), torch.size(base))
          if torch.size(left, 1) > 0:
            x = x + torch.matmul(left * amounts, right)
          return torch.copy_(out, torch.to(x, type))
      """;

  private ComposeProgram() {}
}

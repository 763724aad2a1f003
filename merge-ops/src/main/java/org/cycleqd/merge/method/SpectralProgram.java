package org.cycleqd.merge.method;

/** The linear algebra of merging by singular vectors, as a TorchScript program. */
final class SpectralProgram {

  /**
   * {@code add}: {@code sum += weight * delta} in the type of {@code sum}.
   *
   * <p>{@code leading}: the first {@code count} singular factors U [m, k], S [k], V^T [k, n] of a
   * matrix [m, n]. Those whose value is at most {@code tolerance} times the largest have no
   * definite direction; their vectors and values are zero.
   *
   * <p>{@code beyond}: what a matrix has outside the span of orthonormal columns.
   *
   * <p>{@code polar}: the partial isometry of a matrix' polar decomposition, with P Q^T of its
   * singular vectors that belong to a value above the tolerance.
   *
   * <p>{@code isotropic}: a matrix with all its singular values above the tolerance replaced by
   * their mean, times {@code scale}, as float32.
   *
   * <p>{@code compose}: {@code scale} times U' diag(S) V'^T of joined factors, U' and V' being
   * their polar factors, as float32; with all values that are not zero replaced by their mean if
   * {@code level}.
   */
  static final String TEXT =
      """
        def add(self: __torch__.Program, sum: Tensor, delta: Tensor, weight: float) -> Tensor:
          return torch.add_(sum, torch.mul(torch.type_as(delta, sum), weight))
        def leading(self: __torch__.Program, matrix: Tensor, count: int, tolerance: float) -> Tuple[Tensor, Tensor, Tensor]:
          u, s, v = torch.linalg_svd(matrix, False)
          kept = torch.type_as(torch.gt(s, torch.max(s) * tolerance), s)
          kept = torch.slice(kept, 0, 0, count)
          return (torch.slice(u, 1, 0, count) * kept, torch.slice(s, 0, 0, count) * kept, torch.slice(v, 0, 0, count) * torch.unsqueeze(kept, 1))
        def beyond(self: __torch__.Program, matrix: Tensor, columns: Tensor) -> Tensor:
          return matrix - torch.matmul(columns, torch.matmul(torch.t(columns), matrix))
        def polar(self: __torch__.Program, matrix: Tensor, tolerance: float) -> Tensor:
          u, s, v = torch.linalg_svd(matrix, False)
          kept = torch.type_as(torch.gt(s, torch.max(s) * tolerance), s)
          return torch.matmul(u * kept, v)
        def mean(self: __torch__.Program, values: Tensor) -> Tensor:
          number = torch.type_as(torch.sum(torch.gt(values, 0)), values)
          return torch.sum(values) / torch.clamp(number, 1)
        def isotropic(self: __torch__.Program, matrix: Tensor, tolerance: float, scale: float) -> Tensor:
          u, s, v = torch.linalg_svd(matrix, False)
          kept = torch.type_as(torch.gt(s, torch.max(s) * tolerance), s)
          return torch.to(torch.matmul(u * (kept * ((self).mean(s * kept) * scale)), v), 6)
        def compose(self: __torch__.Program, left: List[Tensor], values: List[Tensor], right: List[Tensor], tolerance: float, level: bool, scale: float) -> Tensor:
          u = (self).polar(torch.cat(left, 1), tolerance)
          v = (self).polar(torch.cat(right, 0), tolerance)
          s = torch.cat(values, 0)
          if level:
            s = torch.ones_like(s) * (self).mean(s)
          return torch.to(torch.matmul(u * (s * scale), v), 6)
      """;

  private SpectralProgram() {}
}

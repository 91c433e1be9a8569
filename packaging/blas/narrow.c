/* OpenCV's wheel brings an OpenBLAS of 38 MB of its own, of which it calls the nineteen functions below. NumPy's wheel has the same
 * library with 64-bit integers. This file gives OpenCV its functions by calling NumPy's: integers are widened on the way in, pivots
 * narrowed on the way out, nothing is computed here. packaging/making/blas.py builds it and compares results with NumPy's.
 *
 * Arguments are LAPACK's and CBLAS's own (netlib.org/lapack); "t" is the letter of the type, "T" the type.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

typedef int64_t wide;

/* Which of them were called, a bit each, so that the comparison knows what it has compared. */
unsigned narrow_called = 0;
enum { GEMM = 1, GETRF = 2, GESV = 4, POSV = 8, POTRF = 16, GESDD = 32, GELS = 64, GEQRF = 128, GEEV = 256 };

static void note(unsigned bit) { __atomic_fetch_or(&narrow_called, bit, __ATOMIC_RELAXED); }

static wide *integers(wide count) {
    wide *found = calloc((size_t)(count > 0 ? count : 1), sizeof(wide));
    if (found == NULL) abort(); /* a caller that goes on without a result would be worse */
    return found;
}

static void narrowed(wide *from, int *to, wide count) {
    for (wide index = 0; index < count; index++) to[index] = (int)from[index];
    free(from);
}

static wide least(wide one, wide other) { return one < other ? one : other; }

#define GEMM_OF(t, T, S)                                                                                                    \
    void scipy_cblas_##t##gemm64_(int, int, int, wide, wide, wide, S, const T *, wide, const T *, wide, S, T *, wide);      \
    void cblas_##t##gemm(int order, int ta, int tb, int m, int n, int k, S alpha, const T *a, int lda, const T *b, int ldb, \
                         S beta, T *c, int ldc) {                                                                           \
        note(GEMM);                                                                                                         \
        scipy_cblas_##t##gemm64_(order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);                              \
    }

GEMM_OF(s, float, float)
GEMM_OF(d, double, double)
GEMM_OF(c, void, const void *)
GEMM_OF(z, void, const void *)

#define LAPACK_OF(t, T)                                                                                                      \
    void scipy_##t##getrf_64_(wide *, wide *, T *, wide *, wide *, wide *);                                                  \
    void t##getrf_(int *m, int *n, T *a, int *lda, int *pivots, int *info) {                                                 \
        wide m_ = *m, n_ = *n, lda_ = *lda, info_ = 0, count = least(m_, n_), *p = integers(count);                          \
        note(GETRF);                                                                                                         \
        scipy_##t##getrf_64_(&m_, &n_, a, &lda_, p, &info_);                                                                 \
        narrowed(p, pivots, count);                                                                                          \
        *info = (int)info_;                                                                                                  \
    }                                                                                                                        \
    void scipy_##t##gesv_64_(wide *, wide *, T *, wide *, wide *, T *, wide *, wide *);                                      \
    void t##gesv_(int *n, int *nrhs, T *a, int *lda, int *pivots, T *b, int *ldb, int *info) {                               \
        wide n_ = *n, nrhs_ = *nrhs, lda_ = *lda, ldb_ = *ldb, info_ = 0, *p = integers(n_);                                 \
        note(GESV);                                                                                                          \
        scipy_##t##gesv_64_(&n_, &nrhs_, a, &lda_, p, b, &ldb_, &info_);                                                     \
        narrowed(p, pivots, n_);                                                                                             \
        *info = (int)info_;                                                                                                  \
    }                                                                                                                        \
    void scipy_##t##posv_64_(char *, wide *, wide *, T *, wide *, T *, wide *, wide *, size_t);                              \
    void t##posv_(char *uplo, int *n, int *nrhs, T *a, int *lda, T *b, int *ldb, int *info) {                                \
        wide n_ = *n, nrhs_ = *nrhs, lda_ = *lda, ldb_ = *ldb, info_ = 0;                                                    \
        note(POSV);                                                                                                          \
        scipy_##t##posv_64_(uplo, &n_, &nrhs_, a, &lda_, b, &ldb_, &info_, 1);                                               \
        *info = (int)info_;                                                                                                  \
    }                                                                                                                        \
    void scipy_##t##potrf_64_(char *, wide *, T *, wide *, wide *, size_t);                                                  \
    void t##potrf_(char *uplo, int *n, T *a, int *lda, int *info) {                                                          \
        wide n_ = *n, lda_ = *lda, info_ = 0;                                                                                \
        note(POTRF);                                                                                                         \
        scipy_##t##potrf_64_(uplo, &n_, a, &lda_, &info_, 1);                                                                \
        *info = (int)info_;                                                                                                  \
    }                                                                                                                        \
    void scipy_##t##gesdd_64_(char *, wide *, wide *, T *, wide *, T *, T *, wide *, T *, wide *, T *, wide *, wide *,       \
                              wide *, size_t);                                                                               \
    void t##gesdd_(char *jobz, int *m, int *n, T *a, int *lda, T *s, T *u, int *ldu, T *vt, int *ldvt, T *work, int *lwork,  \
                   int *iwork, int *info) {                                                                                  \
        wide m_ = *m, n_ = *n, lda_ = *lda, ldu_ = *ldu, ldvt_ = *ldvt, lwork_ = *lwork, info_ = 0;                          \
        wide *own = integers(8 * least(m_, n_));                                                                             \
        (void)iwork; /* scratch of the caller, too small for wide integers */                                                \
        note(GESDD);                                                                                                         \
        scipy_##t##gesdd_64_(jobz, &m_, &n_, a, &lda_, s, u, &ldu_, vt, &ldvt_, work, &lwork_, own, &info_, 1);              \
        free(own);                                                                                                           \
        *info = (int)info_;                                                                                                  \
    }                                                                                                                        \
    void scipy_##t##gels_64_(char *, wide *, wide *, wide *, T *, wide *, T *, wide *, T *, wide *, wide *, size_t);         \
    void t##gels_(char *trans, int *m, int *n, int *nrhs, T *a, int *lda, T *b, int *ldb, T *work, int *lwork, int *info) {  \
        wide m_ = *m, n_ = *n, nrhs_ = *nrhs, lda_ = *lda, ldb_ = *ldb, lwork_ = *lwork, info_ = 0;                          \
        note(GELS);                                                                                                          \
        scipy_##t##gels_64_(trans, &m_, &n_, &nrhs_, a, &lda_, b, &ldb_, work, &lwork_, &info_, 1);                          \
        *info = (int)info_;                                                                                                  \
    }                                                                                                                        \
    void scipy_##t##geqrf_64_(wide *, wide *, T *, wide *, T *, T *, wide *, wide *);                                        \
    void t##geqrf_(int *m, int *n, T *a, int *lda, T *tau, T *work, int *lwork, int *info) {                                 \
        wide m_ = *m, n_ = *n, lda_ = *lda, lwork_ = *lwork, info_ = 0;                                                      \
        note(GEQRF);                                                                                                         \
        scipy_##t##geqrf_64_(&m_, &n_, a, &lda_, tau, work, &lwork_, &info_);                                                \
        *info = (int)info_;                                                                                                  \
    }

LAPACK_OF(s, float)
LAPACK_OF(d, double)

void scipy_dgeev_64_(char *, char *, wide *, double *, wide *, double *, double *, double *, wide *, double *, wide *, double *,
                     wide *, wide *, size_t, size_t);

void dgeev_(char *jobvl, char *jobvr, int *n, double *a, int *lda, double *wr, double *wi, double *vl, int *ldvl, double *vr,
            int *ldvr, double *work, int *lwork, int *info) {
    wide n_ = *n, lda_ = *lda, ldvl_ = *ldvl, ldvr_ = *ldvr, lwork_ = *lwork, info_ = 0;
    note(GEEV);
    scipy_dgeev_64_(jobvl, jobvr, &n_, a, &lda_, wr, wi, vl, &ldvl_, vr, &ldvr_, work, &lwork_, &info_, 1, 1);
    *info = (int)info_;
}

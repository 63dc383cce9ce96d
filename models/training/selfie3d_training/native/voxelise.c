// Signed distance of a closed triangle mesh on a G^3 grid, voxels, negative inside, truncated at +-R.
// Positions in voxel coordinates (centres at i + 0.5): x right, y down, z towards the camera; triangles
// counter-clockwise from outside in a right-handed frame (so clockwise in this one).
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void outwardNormals(const float *p, int n, const int *f, int nt, float *out) {
    memset(out, 0, sizeof(float) * 3 * n);
    for (int t = 0; t < nt; t++) {
        const float *a = p + 3 * f[3 * t], *b = p + 3 * f[3 * t + 1], *c = p + 3 * f[3 * t + 2];
        float u[3], v[3];
        for (int k = 0; k < 3; k++) { u[k] = b[k] - a[k]; v[k] = c[k] - a[k]; }
        float m[3] = { u[2] * v[1] - u[1] * v[2], u[0] * v[2] - u[2] * v[0], u[1] * v[0] - u[0] * v[1] };
        for (int i = 0; i < 3; i++) { float *q = out + 3 * f[3 * t + i]; q[0] += m[0]; q[1] += m[1]; q[2] += m[2]; }
    }
    for (int i = 0; i < n; i++) {
        float *q = out + 3 * i, s = 1 / sqrtf(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + 1e-20f);
        q[0] *= s; q[1] *= s; q[2] *= s;
    }
}

// Sign: signed crossings summed along columns of z, from the camera inwards; inside where the sum is positive.
static void insideColumns(const float *p, const int *f, int nt, int G, int8_t *w) {
    memset(w, 0, (size_t)G * G * G);
    for (int t = 0; t < nt; t++) {
        const float *a = p + 3 * f[3 * t], *b = p + 3 * f[3 * t + 1], *c = p + 3 * f[3 * t + 2];
        float area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
        if (fabsf(area) < 1e-12f) continue;
        float ia = 1 / area;
        int X0 = (int)ceilf(fminf(a[0], fminf(b[0], c[0])) - .5f), X1 = (int)floorf(fmaxf(a[0], fmaxf(b[0], c[0])) - .5f);
        int Y0 = (int)ceilf(fminf(a[1], fminf(b[1], c[1])) - .5f), Y1 = (int)floorf(fmaxf(a[1], fmaxf(b[1], c[1])) - .5f);
        if (X0 < 0) X0 = 0; if (Y0 < 0) Y0 = 0; if (X1 > G - 1) X1 = G - 1; if (Y1 > G - 1) Y1 = G - 1;
        for (int y = Y0; y <= Y1; y++) for (int x = X0; x <= X1; x++) {
            float px = x + .5f - a[0], py = y + .5f - a[1];
            float w1 = (px * (c[1] - a[1]) - (c[0] - a[0]) * py) * ia, w2 = ((b[0] - a[0]) * py - (b[1] - a[1]) * px) * ia;
            if (w1 < 0 || w2 < 0 || w1 + w2 > 1) continue;
            int k = (int)floorf(a[2] + w1 * (b[2] - a[2]) + w2 * (c[2] - a[2]) - .5f);
            if (k < 0) continue;
            if (k > G - 1) k = G - 1;
            w[(k * G + y) * G + x] += area < 0 ? 1 : -1;
        }
    }
    for (int i = 0; i < G * G; i++) {
        int sum = 0;
        for (int k = G - 1; k >= 0; k--) { sum += w[k * G * G + i]; w[k * G * G + i] = sum > 0; }
    }
}

// Distance: to the tangent plane of the nearest vertex. out: int8, 127 = R voxels.
void voxelise(const float *p, int nv, const int *f, int nt, int G, int R, int8_t *out) {
    static float *nearest, *normals; static int *owner; static int8_t *inside; static int cells, vertices;
    const int n = G * G * G;
    if (n > cells) {
        cells = n; free(nearest); free(owner); free(inside);
        nearest = malloc(4l * n); owner = malloc(4l * n); inside = malloc(n);
    }
    if (nv > vertices) { vertices = nv; free(normals); normals = malloc(12l * nv); }
    outwardNormals(p, nv, f, nt, normals);
    insideColumns(p, f, nt, G, inside);
    for (int i = 0; i < n; i++) { nearest[i] = 1e9f; owner[i] = -1; }
    for (int i = 0; i < nv; i++) {
        const float *q = p + 3 * i; int lo[3], hi[3], ahead[3], skip = 0, free = 0;
        for (int k = 0; k < 3; k++) {
            int c = (int)floorf(q[k]);
            if (c < -R || c >= G + R) skip = 1;
            lo[k] = c - R < 0 ? 0 : c - R; hi[k] = c + R > G - 1 ? G - 1 : c + R;
            ahead[k] = (int)floorf(q[k] + normals[3 * i + k]);
            if (ahead[k] < 0 || ahead[k] >= G) free = 1;
        }
        // folds narrower than a voxel (nostrils, behind the lids) are no surface on this grid
        if (!free && inside[(ahead[2] * G + ahead[1]) * G + ahead[0]]) continue;
        if (skip) continue;
        for (int z = lo[2]; z <= hi[2]; z++) for (int y = lo[1]; y <= hi[1]; y++) {
            float dz = z + .5f - q[2], dy = y + .5f - q[1], d = dz * dz + dy * dy;
            int o = (z * G + y) * G;
            for (int x = lo[0]; x <= hi[0]; x++) {
                float dx = x + .5f - q[0], e = d + dx * dx;
                int closer = e < nearest[o + x];
                nearest[o + x] = closer ? e : nearest[o + x];
                owner[o + x] = closer ? i : owner[o + x];
            }
        }
    }
    const float scale = 127.f / R;
    for (int z = 0; z < G; z++) for (int y = 0; y < G; y++) for (int x = 0; x < G; x++) {
        int o = (z * G + y) * G + x, j = owner[o];
        float v = R;
        if (j >= 0) {
            const float *q = p + 3 * j, *m = normals + 3 * j;
            float plane = fabsf(m[0] * (x + .5f - q[0]) + m[1] * (y + .5f - q[1]) + m[2] * (z + .5f - q[2]));
            // far from the vertex the plane says little: go over to the distance of the vertex itself
            float d = sqrtf(nearest[o]), k = d < 1.2f ? 0 : (d > 2.2f ? .3f : (d - 1.2f) * .3f);
            v = plane * (1 - k) + k * d;
        }
        v = v > R ? R : v;
        out[o] = (int8_t)lrintf((inside[o] ? -v : v) * scale);
    }
}

// A z-buffer renderer for heads: perspective, textures, soft lights, one shadow map, 2x2 coverage.
// Camera space in centimetres: the camera sits at z = cameraDistance and looks along -z; x right, y up.
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {            // one per material slot; the colour matrix maps texture RGB (0..1) to gamma-space albedo
    const uint8_t *texture, *second;  // RGB; second may be null
    int width, height, secondWidth, secondHeight;
    float blend;            // share of the second texture
    float colour[12];       // 3 x 4
    float specular;
} Material;

typedef struct { float direction[3], colour[3], wrap; } Light;

typedef struct {
    const float *positions; const int *tris; const float *uv; const uint8_t *slot, *cull;
    const Material *materials; const Light *lights; const float *ambient;  // sky RGB, ground RGB
    int vertexCount, triCount, lightCount, shadowSize, size;
    float cameraDistance, focal, centreX, centreY, shininess;
} Scene;

static void vertexNormals(const float *p, int n, const int *f, int nt, float *out) {
    memset(out, 0, sizeof(float) * 3 * n);
    for (int t = 0; t < nt; t++) {
        const float *a = p + 3 * f[3 * t], *b = p + 3 * f[3 * t + 1], *c = p + 3 * f[3 * t + 2];
        float u[3], v[3];
        for (int k = 0; k < 3; k++) { u[k] = b[k] - a[k]; v[k] = c[k] - a[k]; }
        float m[3] = { u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0] };
        for (int i = 0; i < 3; i++) { float *q = out + 3 * f[3 * t + i]; q[0] += m[0]; q[1] += m[1]; q[2] += m[2]; }
    }
}

// screen: x, y (pixels, y down), w (larger = nearer). Bit 1 of cull: skip back faces.
static void rasterise(const float *screen, const int *f, const uint8_t *cull, int nt, int width, int height,
                      int *triangle, float *depth, float *bary) {
    for (int i = 0; i < nt; i++) {
        const float *a = screen + 3 * f[3 * i], *b = screen + 3 * f[3 * i + 1], *c = screen + 3 * f[3 * i + 2];
        float area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
        if ((area > -1e-9f && cull[i]) || fabsf(area) < 1e-9f) continue;   // y down: front faces have negative area
        float x0 = fminf(a[0], fminf(b[0], c[0])), x1 = fmaxf(a[0], fmaxf(b[0], c[0]));
        float y0 = fminf(a[1], fminf(b[1], c[1])), y1 = fmaxf(a[1], fmaxf(b[1], c[1]));
        if (x1 < 0 || y1 < 0 || x0 > width || y0 > height) continue;
        int X0 = x0 < .5f ? 0 : (int)ceilf(x0 - .5f), X1 = x1 > width - .5f ? width - 1 : (int)floorf(x1 - .5f);
        int Y0 = y0 < .5f ? 0 : (int)ceilf(y0 - .5f), Y1 = y1 > height - .5f ? height - 1 : (int)floorf(y1 - .5f);
        if (X0 > X1 || Y0 > Y1) continue;
        float ia = 1 / area;
        float d1x = (c[1] - a[1]) * ia, d1y = -(c[0] - a[0]) * ia, d2x = -(b[1] - a[1]) * ia, d2y = (b[0] - a[0]) * ia;
        float zx = d1x * (b[2] - a[2]) + d2x * (c[2] - a[2]), zy = d1y * (b[2] - a[2]) + d2y * (c[2] - a[2]);
        for (int y = Y0; y <= Y1; y++) {
            float py = y + .5f - a[1];
            for (int x = X0; x <= X1; x++) {
                float px = x + .5f - a[0], w1 = d1x * px + d1y * py, w2 = d2x * px + d2y * py;
                if (w1 < -1e-5f || w2 < -1e-5f || w1 + w2 > 1.00001f) continue;
                float z = a[2] + zx * px + zy * py;
                int o = y * width + x;
                if (z > depth[o]) { depth[o] = z; if (triangle) { triangle[o] = i; bary[2 * o] = w1; bary[2 * o + 1] = w2; } }
            }
        }
    }
}

static inline void sampleTexture(const uint8_t *t, int w, int h, float u, float v, float *o) {
    u -= floorf(u); v -= floorf(v);
    float x = u * w - .5f, y = v * h - .5f;
    x = x < 0 ? 0 : (x > w - 1.001f ? w - 1.001f : x); y = y < 0 ? 0 : (y > h - 1.001f ? h - 1.001f : y);
    int X = (int)x, Y = (int)y; float fx = x - X, fy = y - Y;
    const uint8_t *p = t + 3 * (Y * w + X), *q = p + 3 * w;
    for (int k = 0; k < 3; k++)
        o[k] = (p[k] * (1 - fx) + p[3 + k] * fx) * (1 - fy) + (q[k] * (1 - fx) + q[3 + k] * fx) * fy;
}

typedef struct { float right[3], up[3], towards[3], scale; int size; const float *depth; } ShadowMap;

static float lit(const ShadowMap *m, const float *p, float cosine) {
    float sx = m->size * .5f - .5f, sy = sx, sz = 0;
    for (int k = 0; k < 3; k++) { sx += m->scale * p[k] * m->right[k]; sy -= m->scale * p[k] * m->up[k]; sz += p[k] * m->towards[k]; }
    int X = (int)floorf(sx), Y = (int)floorf(sy);
    if (X < 0 || Y < 0 || X >= m->size - 1 || Y >= m->size - 1) return 1;
    float fx = sx - X, fy = sy - Y, reach = sz + .5f + .5f * (1 - cosine);
    const float *z = m->depth + Y * m->size + X;
    return ((z[0] < reach) * (1 - fx) + (z[1] < reach) * fx) * (1 - fy)
         + ((z[m->size] < reach) * (1 - fx) + (z[m->size + 1] < reach) * fx) * fy;
}

static void shade(const Scene *s, const float *screen, const float *normals, const ShadowMap *shadow,
                  int t, float b1, float b2, float *rgb) {
    const int *v = s->tris + 3 * t;
    float k[3] = { (1 - b1 - b2) * screen[3 * v[0] + 2], b1 * screen[3 * v[1] + 2], b2 * screen[3 * v[2] + 2] };
    float total = 1 / (k[0] + k[1] + k[2]);   // perspective-correct weights
    float n[3] = {0}, p[3] = {0}, uv[2] = {0};
    for (int i = 0; i < 3; i++) {
        k[i] *= total;
        for (int c = 0; c < 3; c++) { n[c] += k[i] * normals[3 * v[i] + c]; p[c] += k[i] * s->positions[3 * v[i] + c]; }
        uv[0] += k[i] * s->uv[6 * t + 2 * i]; uv[1] += k[i] * s->uv[6 * t + 2 * i + 1];
    }
    float view[3] = { -p[0], -p[1], s->cameraDistance - p[2] };
    float nl = 1 / sqrtf(n[0] * n[0] + n[1] * n[1] + n[2] * n[2] + 1e-20f);
    float vl = 1 / sqrtf(view[0] * view[0] + view[1] * view[1] + view[2] * view[2]);
    float facing = 0;
    for (int c = 0; c < 3; c++) { n[c] *= nl; view[c] *= vl; facing += n[c] * view[c]; }
    if (facing < 0) for (int c = 0; c < 3; c++) n[c] = -n[c];

    const Material *m = s->materials + s->slot[t];
    float tex[3] = {0}, other[3];
    if (m->texture) {
        sampleTexture(m->texture, m->width, m->height, uv[0], uv[1], tex);
        if (m->second) {
            sampleTexture(m->second, m->secondWidth, m->secondHeight, uv[0], uv[1], other);
            for (int c = 0; c < 3; c++) tex[c] += (other[c] - tex[c]) * m->blend;
        }
    }
    float light[3], shine[3] = {0}, sky = .5f + .5f * n[1];
    for (int c = 0; c < 3; c++) light[c] = s->ambient[c] * sky + s->ambient[3 + c] * (1 - sky);
    for (int i = 0; i < s->lightCount; i++) {
        const Light *l = s->lights + i;
        float cosine = n[0] * l->direction[0] + n[1] * l->direction[1] + n[2] * l->direction[2];
        float e = (cosine + l->wrap) / (1 + l->wrap);
        float visible = i == 0 && shadow ? lit(shadow, p, cosine) : 1;
        if (e > 0) for (int c = 0; c < 3; c++) light[c] += e * visible * l->colour[c];
        if (m->specular > 0 && cosine > 0) {
            float h[3] = { l->direction[0] + view[0], l->direction[1] + view[1], l->direction[2] + view[2] };
            float hn = (h[0] * n[0] + h[1] * n[1] + h[2] * n[2]) / sqrtf(h[0] * h[0] + h[1] * h[1] + h[2] * h[2] + 1e-9f);
            if (hn > .5f) { float g = powf(hn, s->shininess) * m->specular * visible; for (int c = 0; c < 3; c++) shine[c] += g * l->colour[c]; }
        }
    }
    for (int c = 0; c < 3; c++) {
        const float *row = m->colour + 4 * c;
        float albedo = (row[0] * tex[0] + row[1] * tex[1] + row[2] * tex[2]) / 255.f + row[3];
        albedo = albedo < 0 ? 0 : albedo;
        float q = albedo * albedo * light[c] + shine[c];   // gamma 2
        q = q / (1 + fmaxf(0, q - .6f) * .6f);             // a soft shoulder for highlights
        rgb[c] = 255 * sqrtf(fminf(q, 1));
    }
}

// out: size x size RGBA, straight alpha. Not thread-safe within one process (buffers are kept).
void render(const Scene *s, uint8_t *out) {
    static int *triangle; static float *depth, *bary, *normals, *screen, *lightSpace, *shadowDepth;
    static int pixels, vertices, shadowPixels;
    const int S = s->size, W = 2 * S, nv = s->vertexCount;
    if (W * W > pixels) {
        pixels = W * W; free(triangle); free(depth); free(bary);
        triangle = malloc(4l * pixels); depth = malloc(4l * pixels); bary = malloc(8l * pixels);
    }
    if (nv > vertices) {
        vertices = nv; free(normals); free(screen); free(lightSpace);
        normals = malloc(12l * nv); screen = malloc(12l * nv); lightSpace = malloc(12l * nv);
    }
    if (s->shadowSize * s->shadowSize > shadowPixels) {
        shadowPixels = s->shadowSize * s->shadowSize; free(shadowDepth); shadowDepth = malloc(4l * shadowPixels);
    }
    vertexNormals(s->positions, nv, s->tris, s->triCount, normals);
    for (int i = 0; i < nv; i++) {
        const float *p = s->positions + 3 * i; float w = 1 / fmaxf(s->cameraDistance - p[2], 2.f);
        screen[3 * i] = 2 * (s->centreX + s->focal * p[0] * w);
        screen[3 * i + 1] = 2 * (s->centreY - s->focal * p[1] * w);
        screen[3 * i + 2] = w;
    }
    for (int i = 0; i < W * W; i++) { triangle[i] = -1; depth[i] = -1e30f; }
    rasterise(screen, s->tris, s->cull, s->triCount, W, W, triangle, depth, bary);

    ShadowMap map; const ShadowMap *shadow = 0;
    if (s->shadowSize) {
        const float *l = s->lights[0].direction;
        float up[3] = { 0, 1, 0 }; if (fabsf(l[1]) > .9f) { up[0] = 1; up[1] = 0; }
        float r[3] = { up[1] * l[2] - up[2] * l[1], up[2] * l[0] - up[0] * l[2], up[0] * l[1] - up[1] * l[0] };
        float n = 1 / sqrtf(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]);
        for (int k = 0; k < 3; k++) { map.right[k] = r[k] * n; map.towards[k] = l[k]; }
        r[0] *= n; r[1] *= n; r[2] *= n;
        map.up[0] = l[1] * r[2] - l[2] * r[1]; map.up[1] = l[2] * r[0] - l[0] * r[2]; map.up[2] = l[0] * r[1] - l[1] * r[0];
        map.size = s->shadowSize; map.scale = s->shadowSize / 36.f; map.depth = shadowDepth;   // 36 cm across
        for (int i = 0; i < nv; i++) {
            const float *p = s->positions + 3 * i; float *q = lightSpace + 3 * i;
            q[0] = q[1] = map.size * .5f; q[2] = 0;
            for (int k = 0; k < 3; k++) { q[0] += map.scale * p[k] * map.right[k]; q[1] -= map.scale * p[k] * map.up[k]; q[2] += p[k] * l[k]; }
        }
        for (int i = 0; i < map.size * map.size; i++) shadowDepth[i] = -1e30f;
        rasterise(lightSpace, s->tris, s->cull, s->triCount, map.size, map.size, 0, shadowDepth, 0);
        shadow = &map;
    }
    for (int y = 0; y < S; y++) for (int x = 0; x < S; x++) {
        float sum[3] = {0}; int covered = 0, done = 0;
        for (int i = 0; i < 4; i++) {
            int o = (2 * y + (i >> 1)) * W + 2 * x + (i & 1), t = triangle[o];
            if (t < 0 || (done >> i & 1)) continue;
            int share = 0;   // samples of the same surface are shaded once
            for (int j = i; j < 4; j++) {
                int q = (2 * y + (j >> 1)) * W + 2 * x + (j & 1);
                if (triangle[q] >= 0 && s->slot[triangle[q]] == s->slot[t] && fabsf(depth[q] - depth[o]) < .01f * depth[o]) { share++; done |= 1 << j; }
            }
            float c[3]; shade(s, screen, normals, shadow, t, bary[2 * o], bary[2 * o + 1], c);
            for (int k = 0; k < 3; k++) sum[k] += share * c[k];
            covered += share;
        }
        uint8_t *o = out + 4 * (y * S + x); float inverse = covered ? 1.f / covered : 0;
        for (int k = 0; k < 3; k++) o[k] = (uint8_t)(sum[k] * inverse + .5f);
        o[3] = (uint8_t)(255 * covered / 4);
    }
}

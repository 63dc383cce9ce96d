/* Composition of training scenes for the face detector: layers over a background, then a camera.
 *
 * Built by selfie3d_training.native on first use, called by scenes.py. Images are [y, x, channel], 8 bits; the canvas
 * is float [H, W, 3] in 0..1. Coordinates are pixels with centres at +0.5. No state but the caller's buffers.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const uint8_t *pixels;  /* [h, w, channels], straight alpha when channels == 4; NULL: a flat shape */
    int32_t w, h, channels, tile;  /* tile: mirror outside the image (else transparent) */
    float to_image[6];      /* canvas (x, y) -> image: u = m0 x + m1 y + m2, v = m3 x + m4 y + m5 */
    float colour[12];       /* 3 x 4 on colours in 0..1 */
    float gamma, opacity;
    float plane[3];         /* image pixels with plane . (u, v, 1) < 0 are cut away; all 0 = none */
    /* a super-ellipse on the canvas that limits the layer: centre, half axes, cos, sin, power, softness, shade; ax = 0: none */
    float shape[9];
} Layer;

static inline float clamp01(float x) { return x < 0 ? 0 : x > 1 ? 1 : x; }
static inline int mirror(int i, int n) {
    int period = 2 * n;
    i %= period;
    if (i < 0) i += period;
    return i < n ? i : period - 1 - i;
}

/* ---- premultiplied mip level ------------------------------------------------------------------------------------- */

typedef float Vec __attribute__((vector_size(16)));
typedef struct { Vec *data; int w, h; } Mip; /* [h, w] of r, g, b, a, premultiplied, 0..1 */

static Mip mip_of(const Layer *l, int level) {
    static _Thread_local Vec *kept; /* a fresh block for each layer costs more in page faults than the layer itself */
    static _Thread_local size_t room;
    size_t need = (size_t)l->w * l->h * sizeof(Vec);
    if (need > room) {
        free(kept);
        kept = aligned_alloc(64, (need + 63) / 64 * 64), room = need;
    }
    Mip m = {kept, l->w, l->h};
    if (l->channels == 4)
        for (int i = 0, n = l->w * l->h; i < n; i++) {
            const uint8_t *p = l->pixels + (size_t)i * 4;
            float s = p[3] * (1 / 65025.f);
            m.data[i] = (Vec){p[0] * s, p[1] * s, p[2] * s, p[3] * (1 / 255.f)};
        }
    else
        for (int i = 0, n = l->w * l->h; i < n; i++) {
            const uint8_t *p = l->pixels + (size_t)i * 3;
            m.data[i] = (Vec){p[0], p[1], p[2], 255} * (1 / 255.f);
        }
    for (; level > 0 && m.w > 2 && m.h > 2; level--) {
        int w = m.w / 2, h = m.h / 2;
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) { /* written always behind what is still to be read */
                const Vec *a = m.data + (size_t)(2 * y) * m.w + 2 * x, *b = a + m.w;
                m.data[(size_t)y * w + x] = (a[0] + a[1] + b[0] + b[1]) * .25f;
            }
        m.w = w, m.h = h;
    }
    return m;
}

static inline Vec sample(const Mip *m, float u, float v, int tile) {
    u -= .5f, v -= .5f;
    int x = (int)floorf(u), y = (int)floorf(v);
    float fx = u - x, fy = v - y;
    if (x >= 0 && y >= 0 && x < m->w - 1 && y < m->h - 1) {
        const Vec *p = m->data + (size_t)y * m->w + x, *q = p + m->w;
        Vec top = p[0] + fx * (p[1] - p[0]), low = q[0] + fx * (q[1] - q[0]);
        return top + fy * (low - top);
    }
    float weight[4] = {(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy};
    Vec out = {0};
    for (int k = 0; k < 4; k++) {
        int xx = x + (k & 1), yy = y + (k >> 1);
        if ((unsigned)xx >= (unsigned)m->w || (unsigned)yy >= (unsigned)m->h) {
            if (!tile) continue;
            xx = mirror(xx, m->w), yy = mirror(yy, m->h);
        }
        out += weight[k] * m->data[(size_t)yy * m->w + xx];
    }
    return out;
}

/* Part of the canvas a layer can touch. */
static void extent(const Layer *l, int W, int H, int *x0, int *y0, int *x1, int *y1) {
    *x0 = *y0 = 0, *x1 = W, *y1 = H;
    float lo[2] = {1e9f, 1e9f}, hi[2] = {-1e9f, -1e9f};
    if (l->shape[2] > 0) {
        float r = 1.1f * sqrtf(l->shape[2] * l->shape[2] + l->shape[3] * l->shape[3]) + 2;
        lo[0] = l->shape[0] - r, hi[0] = l->shape[0] + r, lo[1] = l->shape[1] - r, hi[1] = l->shape[1] + r;
    } else if (!l->tile && l->pixels) {
        const float *m = l->to_image;
        float det = m[0] * m[4] - m[1] * m[3];
        for (int k = 0; k < 4; k++) {
            float u = ((k & 1) ? l->w + 1 : -1) - m[2], v = ((k >> 1) ? l->h + 1 : -1) - m[5];
            float p[2] = {(m[4] * u - m[1] * v) / det, (-m[3] * u + m[0] * v) / det};
            for (int c = 0; c < 2; c++) lo[c] = fminf(lo[c], p[c]), hi[c] = fmaxf(hi[c], p[c]);
        }
    } else
        return;
    *x0 = fmaxf(0, floorf(lo[0])), *y0 = fmaxf(0, floorf(lo[1]));
    *x1 = fminf(W, ceilf(hi[0]) + 1), *y1 = fminf(H, ceilf(hi[1]) + 1);
}

static void draw(float *canvas, int W, int H, const Layer *l) {
    int x0, y0, x1, y1;
    extent(l, W, H, &x0, &y0, &x1, &y1);
    const float *t = l->to_image, *k = l->colour, *s = l->shape;
    Mip mip = {0};
    float shrink = 1;
    if (l->pixels) {
        float step = sqrtf(fabsf(t[0] * t[4] - t[1] * t[3])); /* image pixels per canvas pixel */
        int level = step > 1 ? (int)(log2f(step) + .35f) : 0;
        mip = mip_of(l, level);
        shrink = (float)mip.w / l->w;
    }
    const Vec from_r = {k[0], k[4], k[8]}, from_g = {k[1], k[5], k[9]}, from_b = {k[2], k[6], k[10]}, base = {k[3], k[7], k[11]};
    float power[513]; /* the gamma, tabulated */
    for (int i = 0; l->gamma != 1 && i <= 512; i++) power[i] = powf(i / 512.f, l->gamma);
    float edge = sqrtf(l->plane[0] * l->plane[0] + l->plane[1] * l->plane[1]);
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++) {
            float cx = x + .5f, cy = y + .5f, cover = l->opacity, shade = 1;
            if (s[2] > 0) {
                float dx = cx - s[0], dy = cy - s[1];
                float a = fabsf(s[4] * dx + s[5] * dy) / s[2], b = fabsf(-s[5] * dx + s[4] * dy) / s[3];
                if (a > 1.1f || b > 1.1f) continue;
                float q = s[6] == 2 ? a * a + b * b : a * a * a * a + b * b * b * b;
                cover *= clamp01((1 - q) * s[7]);
                shade = 1 - s[8] * q * .7f;
            }
            float u = t[0] * cx + t[1] * cy + t[2], v = t[3] * cx + t[4] * cy + t[5];
            if (edge > 0) cover *= clamp01((l->plane[0] * u + l->plane[1] * v + l->plane[2]) / edge + .5f);
            if (cover <= 0) continue;
            Vec p = {.5f, .5f, .5f, 1};
            if (l->pixels) p = sample(&mip, u * shrink, v * shrink, l->tile);
            if (p[3] <= 1 / 512.f) continue;
            float inverse = p[3] < 1 ? 1 / p[3] : 1, alpha = p[3] * cover;
            Vec value = base + inverse * (from_r * p[0] + from_g * p[1] + from_b * p[2]);
            float *o = canvas + ((size_t)y * W + x) * 3;
            for (int i = 0; i < 3; i++) {
                float c = clamp01(value[i]);
                if (l->gamma != 1) c = power[(int)(c * 512)];
                o[i] += alpha * (c * shade - o[i]);
            }
        }
}

void compose(float *canvas, int W, int H, const Layer *layers, int n) {
    memset(canvas, 0, (size_t)W * H * 3 * sizeof(float));
    for (int i = 0; i < n; i++) draw(canvas, W, H, layers + i);
}

/* ---- the camera -------------------------------------------------------------------------------------------------- */

typedef struct {
    float colour[12], gamma;     /* 3 x 4, then a power */
    float light[3];              /* brightness 1 + l0 (x - .5) + l1 (y - .5); l2 = vignette */
    float blur, motion[2];       /* Gaussian sigma; motion vector in pixels */
    float small;                 /* > 1: shrunk by this factor and enlarged again */
    float sharpen;               /* unsharp mask strength */
    float noise, chroma;         /* standard deviations in 0..255 */
    float window[4], border[3];  /* picture area x0, y0, x1, y1 in pixels; colour outside it, 0..255 */
    uint32_t seed;
} Camera;

static void blur_axis(const float *in, float *out, int W, int H, int dx, const float *w, int r) {
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            float s[3] = {0};
            for (int k = -r; k <= r; k++) {
                int xx = dx ? x + k : x, yy = dx ? y : y + k;
                xx = xx < 0 ? 0 : xx >= W ? W - 1 : xx, yy = yy < 0 ? 0 : yy >= H ? H - 1 : yy;
                const float *p = in + ((size_t)yy * W + xx) * 3;
                for (int c = 0; c < 3; c++) s[c] += w[k < 0 ? -k : k] * p[c];
            }
            memcpy(out + ((size_t)y * W + x) * 3, s, sizeof s);
        }
}

static void gaussian(float *image, float *scratch, int W, int H, float sigma) {
    float w[16], sum = 0;
    int r = (int)ceilf(2.5f * sigma);
    if (r > 15) r = 15;
    for (int k = 0; k <= r; k++) w[k] = expf(-.5f * k * k / (sigma * sigma)), sum += k ? 2 * w[k] : w[k];
    for (int k = 0; k <= r; k++) w[k] /= sum;
    blur_axis(image, scratch, W, H, 1, w, r);
    blur_axis(scratch, image, W, H, 0, w, r);
}

static void move_blur(float *image, float *scratch, int W, int H, const float *motion) {
    int n = (int)ceilf(fmaxf(fabsf(motion[0]), fabsf(motion[1]))) + 1;
    memcpy(scratch, image, (size_t)W * H * 3 * sizeof(float));
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            float s[3] = {0};
            for (int k = 0; k < n; k++) {
                float t = n > 1 ? (float)k / (n - 1) - .5f : 0;
                int xx = x + (int)lrintf(motion[0] * t), yy = y + (int)lrintf(motion[1] * t);
                xx = xx < 0 ? 0 : xx >= W ? W - 1 : xx, yy = yy < 0 ? 0 : yy >= H ? H - 1 : yy;
                for (int c = 0; c < 3; c++) s[c] += scratch[((size_t)yy * W + xx) * 3 + c];
            }
            for (int c = 0; c < 3; c++) image[((size_t)y * W + x) * 3 + c] = s[c] / n;
        }
}

/* Area-averaged to 1/factor, then bilinear back: the softness of a small picture that was enlarged. */
static void resample(float *image, float *scratch, int W, int H, float factor) {
    int w = fmaxf(4, W / factor), h = fmaxf(4, H / factor);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            int xa = x * W / w, xb = (x + 1) * W / w, ya = y * H / h, yb = (y + 1) * H / h;
            float s[3] = {0};
            for (int yy = ya; yy < yb; yy++)
                for (int xx = xa; xx < xb; xx++)
                    for (int c = 0; c < 3; c++) s[c] += image[((size_t)yy * W + xx) * 3 + c];
            for (int c = 0; c < 3; c++) scratch[((size_t)y * w + x) * 3 + c] = s[c] / ((xb - xa) * (yb - ya));
        }
    for (int y = 0; y < H; y++) {
        float v = (y + .5f) * h / H - .5f;
        v = v < 0 ? 0 : v > h - 1 ? h - 1 : v;
        int iy = v < h - 1 ? (int)v : h - 2;
        float fy = v - iy;
        for (int x = 0; x < W; x++) {
            float u = (x + .5f) * w / W - .5f;
            u = u < 0 ? 0 : u > w - 1 ? w - 1 : u;
            int ix = u < w - 1 ? (int)u : w - 2;
            float fx = u - ix;
            const float *p = scratch + ((size_t)iy * w + ix) * 3, *q = p + (size_t)w * 3;
            for (int c = 0; c < 3; c++)
                image[((size_t)y * W + x) * 3 + c] = (1 - fy) * ((1 - fx) * p[c] + fx * p[c + 3]) + fy * ((1 - fx) * q[c] + fx * q[c + 3]);
        }
    }
}

static inline uint32_t next(uint32_t *s) {
    *s ^= *s << 13, *s ^= *s >> 17, *s ^= *s << 5;
    return *s;
}
static inline float bell(uint32_t *s) { /* about normal, deviation 1: the sum of four uniform bytes */
    uint32_t r = next(s);
    return ((int)((r & 255) + (r >> 8 & 255) + (r >> 16 & 255) + (r >> 24)) - 510) * (1 / 147.8f);
}

void photograph(float *canvas, float *scratch, int W, int H, const Camera *cam, uint8_t *out) {
    if (cam->blur > .2f) gaussian(canvas, scratch, W, H, cam->blur);
    if (fabsf(cam->motion[0]) + fabsf(cam->motion[1]) > 1) move_blur(canvas, scratch, W, H, cam->motion);
    if (cam->small > 1.05f) resample(canvas, scratch, W, H, cam->small);
    if (cam->sharpen > 0) {
        float *soft = scratch + (size_t)W * H * 3;
        memcpy(soft, canvas, (size_t)W * H * 3 * sizeof(float));
        gaussian(soft, scratch, W, H, 1.5f);
        for (int i = 0; i < W * H * 3; i++) canvas[i] += cam->sharpen * (canvas[i] - soft[i]);
    }
    uint32_t seed = cam->seed | 1;
    const float *k = cam->colour;
    float table[1025]; /* the power, tabulated */
    for (int i = 0; i <= 1024; i++) table[i] = powf(i / 1024.f, cam->gamma) * 255;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            uint8_t *o = out + ((size_t)y * W + x) * 3;
            if (x < cam->window[0] || x >= cam->window[2] || y < cam->window[1] || y >= cam->window[3]) {
                for (int c = 0; c < 3; c++) o[c] = (uint8_t)cam->border[c];
                continue;
            }
            const float *p = canvas + ((size_t)y * W + x) * 3;
            float u = (x + .5f) / W - .5f, v = (y + .5f) / H - .5f;
            float light = 1 + cam->light[0] * u + cam->light[1] * v - cam->light[2] * (u * u + v * v);
            float grain = cam->noise > 0 ? cam->noise * bell(&seed) : 0;
            for (int c = 0; c < 3; c++) {
                float value = clamp01(light * (k[4 * c] * p[0] + k[4 * c + 1] * p[1] + k[4 * c + 2] * p[2]) + k[4 * c + 3]);
                value = table[(int)(value * 1024)] + grain;
                if (cam->chroma > 0) value += cam->chroma * bell(&seed);
                o[c] = value < 0 ? 0 : value > 255 ? 255 : (uint8_t)(value + .5f);
            }
        }
}

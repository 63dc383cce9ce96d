// Turns a sprite into a photograph: background, crop, occluders, light falling off, colour, blur, noise.
#include <math.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    float x, y, a, b, cosine, sine, square;  // ellipse, or super-ellipse where square > 0; crop pixels
    float r, g, bl, textured, edge;          // colour 0..255, share of the texture, hardness of the edge
} Occluder;

typedef struct {
    const uint8_t *sprite, *background, *cloth;   // RGBA (size^2), RGB (backSize^2), RGB (backSize^2)
    const Occluder *occluders;
    int size, backSize, out, occluderCount;
    float cropToSprite[6], cropToBack[6];         // row-major 2x3, from pixel centres to pixel centres
    float colour[12], gamma;
    float rampX, rampY, ramp;                     // linear light fall-off
    float shadow, shadowX, shadowY, shadowAt, shadowSoft;  // one hard or soft half-plane of shade
} Photo;

static inline float clampf(float v, float lo, float hi) { return v < lo ? lo : (v > hi ? hi : v); }

void photograph(const Photo *p, uint8_t *out) {
    uint8_t curve[1024];
    for (int i = 0; i < 1024; i++) curve[i] = (uint8_t)(255 * powf(i / 1023.f, p->gamma) + .5f);
    const int S = p->size, B = p->backSize, O = p->out;
    const float *A = p->cropToSprite, *D = p->cropToBack;
    for (int y = 0; y < O; y++) for (int x = 0; x < O; x++) {
        float c[3];
        {
            float u = clampf(D[0] * x + D[1] * y + D[2], 0, B - 1.01f), v = clampf(D[3] * x + D[4] * y + D[5], 0, B - 1.01f);
            int X = (int)u, Y = (int)v; float fx = u - X, fy = v - Y;
            const uint8_t *q = p->background + 3 * (Y * B + X), *r = q + 3 * B;
            for (int k = 0; k < 3; k++) c[k] = (q[k] * (1 - fx) + q[3 + k] * fx) * (1 - fy) + (r[k] * (1 - fx) + r[3 + k] * fx) * fy;
        }
        {   // beyond the sprite its edge goes on: shoulders and hair do not end in a straight line
            float u = clampf(A[0] * x + A[1] * y + A[2], 0, S - 1.01f), v = clampf(A[3] * x + A[4] * y + A[5], 0, S - 1.01f);
            int X = (int)u, Y = (int)v; float fx = u - X, fy = v - Y;
            const uint8_t *q = p->sprite + 4 * (Y * S + X), *r = q + 4 * S;
            float w[4] = { (1 - fx) * (1 - fy) * q[3], fx * (1 - fy) * q[7], (1 - fx) * fy * r[3], fx * fy * r[7] };
            float a = (w[0] + w[1] + w[2] + w[3]) / 255.f;
            if (a > 0) for (int k = 0; k < 3; k++)
                c[k] = c[k] * (1 - a) + (w[0] * q[k] + w[1] * q[4 + k] + w[2] * r[k] + w[3] * r[4 + k]) / 255.f;
        }
        for (int i = 0; i < p->occluderCount; i++) {
            const Occluder *o = p->occluders + i;
            float dx = x - o->x, dy = y - o->y;
            float u = fabsf(dx * o->cosine + dy * o->sine) / o->a, v = fabsf(-dx * o->sine + dy * o->cosine) / o->b;
            if (u > 1.3f || v > 1.3f) continue;
            float r = o->square > 0 ? u * u * u * u + v * v * v * v : u * u + v * v;
            float a = clampf((1 - r) * o->edge, 0, 1);
            if (a <= 0) continue;
            const uint8_t *t = p->cloth + 3 * (((int)(y * 1.2f) % B) * B + ((int)(x * 1.2f) % B));
            float flat[3] = { o->r, o->g, o->bl }, shade = 1 - .25f * r;
            for (int k = 0; k < 3; k++) c[k] += ((flat[k] * (1 - o->textured) + t[k] * o->textured) * shade - c[k]) * a;
        }
        float gain = 1 + p->ramp * (p->rampX * (x / (float)O - .5f) + p->rampY * (y / (float)O - .5f));
        if (p->shadow > 0) gain *= 1 - p->shadow / (1 + expf(-p->shadowSoft * (p->shadowX * (x - O * .5f) + p->shadowY * (y - O * .5f) - p->shadowAt)));
        gain = gain < .01f ? .01f : gain;
        uint8_t *o = out + 3 * (y * O + x);
        for (int k = 0; k < 3; k++) {
            const float *m = p->colour + 4 * k;
            o[k] = curve[(int)(1023 * clampf((m[0] * c[0] + m[1] * c[1] + m[2] * c[2]) * gain / 255.f + m[3], 0, 1))];
        }
    }
}

static inline uint32_t next(uint32_t *s) { *s ^= *s << 13; *s ^= *s >> 17; *s ^= *s << 5; return *s; }

// Sensor noise: luminance sigma and chroma spread, in grey levels.
void sensorNoise(uint8_t *image, int pixels, float luma, float chroma, uint32_t seed) {
    uint32_t s = seed | 1;
    for (int i = 0; i < pixels; i++) {
        float common = ((int)((next(&s) & 1023) + (next(&s) & 1023) + (next(&s) & 1023)) - 1536) / 512.f * luma;
        for (int k = 0; k < 3; k++) {
            float own = ((int)((next(&s) & 1023) + (next(&s) & 1023)) - 1023) / 512.f * chroma;
            image[3 * i + k] = (uint8_t)clampf(image[3 * i + k] + common + own, 0, 255);
        }
    }
}

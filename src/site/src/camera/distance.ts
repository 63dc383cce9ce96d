/** Whether a face fills the guide. */
export type DistanceHint = 'good' | 'far' | 'near' | 'off-centre';

/** A face in a frame, as parts of the frame's width and height. */
export interface FaceInFrame {
  readonly centreX: number;
  readonly centreY: number;
  readonly height: number;
}

// A head at arm's length fills about half of a phone's frame; nearer than that, noses grow.
const FAR = 0.28, NEAR = 0.7, OFF = 0.16;

/** Judges where a face is. */
export function judgeDistance(face: FaceInFrame): DistanceHint {
  if (face.height < FAR) return 'far';
  if (face.height > NEAR) return 'near';
  return Math.abs(face.centreX - 0.5) > OFF || Math.abs(face.centreY - 0.5) > OFF ? 'off-centre' : 'good';
}

interface FaceDetectorLike {
  detect(source: CanvasImageSource): Promise<{ boundingBox: DOMRectReadOnly }[]>;
}

/**
 * Measures the distance with the browser's own face detector (Shape Detection API); on most browsers there is none, and the oval
 * alone has to show the distance. Nothing leaves the device.
 */
export class DistanceMeter {
  private readonly detector: FaceDetectorLike | null;

  constructor() {
    const Detector = (globalThis as { FaceDetector?: new (options: object) => FaceDetectorLike }).FaceDetector;
    this.detector = Detector ? new Detector({ fastMode: true, maxDetectedFaces: 1 }) : null;
  }

  /** The hint for a frame; null where nothing can be measured or no face is seen. */
  async measure(frame: HTMLVideoElement): Promise<DistanceHint | null> {
    try {
      const box = (await this.detector?.detect(frame))?.[0]?.boundingBox;
      if (!box) return null;
      return judgeDistance({
        centreX: (box.x + box.width / 2) / frame.videoWidth,
        centreY: (box.y + box.height / 2) / frame.videoHeight,
        height: box.height / frame.videoHeight,
      });
    } catch {
      return null; // the detector is there in name only
    }
  }
}

/**
 * Every sentence of the page. A translation is another table with the same keys; `{name}` is filled in by {@link t}.
 */
export const ENGLISH = {
  'page.title': 'Selfie3D',
  'page.description': 'One photo in, your head in 3D out.',
  'page.skip': 'Skip to content',
  'page.home': 'Selfie3D, start page',
  'page.source': 'How it works',
  'page.footer': 'Free software. No account, no tracking, nothing from third parties.',

  'welcome.title': 'Your head in 3D, from one selfie',
  'welcome.lead': 'Take a photo, wait a second, then turn your head around, print it or try on sunglasses.',
  'welcome.camera': 'Take a selfie',
  'welcome.choose': 'Choose a photo',
  'welcome.sample': 'No photo at hand? Try our sample face',
  'welcome.drop': 'You can also drop a photo here or paste one with {keys}.',
  'welcome.privacy': 'Nothing is sent before you agree. The photo is deleted as soon as the head is made.',
  'welcome.tips.title': 'What makes a good head',
  'welcome.tips.1': 'Face the camera, at arm\'s length',
  'welcome.tips.2': 'Even light from the front',
  'welcome.tips.3': 'No hat, no sunglasses, hair out of the face',
  'welcome.deleted': 'Deleted. The photo and every file of that head are gone.',
  'welcome.picture': 'A selfie and the 3D head made of it, turned to the side. The person is computer-made.',
  'welcome.drop.here': 'Drop the photo to start',
  'welcome.formats': 'JPEG, PNG, WebP or HEIC',

  'preparing.title': 'Reading the photo…',

  'camera.title': 'Take a selfie',
  'camera.guide': 'Hold the camera at arm\'s length and fit your face into the oval.',
  'camera.shoot': 'Take the photo',
  'camera.cancel': 'Cancel',
  'camera.starting': 'Starting the camera…',
  'camera.light.good': 'The light is good.',
  'camera.light.dark': 'Too dark. Turn towards a window or a lamp.',
  'camera.light.bright': 'Too bright. Move out of the direct light.',
  'camera.light.backlit': 'The light is behind you. Turn around.',
  'camera.light.sideways': 'The light comes from one side. Face it.',
  'camera.distance.good': 'The distance is good.',
  'camera.distance.far': 'Come closer.',
  'camera.distance.near': 'Move back a little.',
  'camera.distance.off-centre': 'Move your face into the oval.',
  'camera.preview': 'What the front camera sees, mirrored',
  'camera.denied': 'This page may not use the camera. Allow it in the browser\'s address bar, or choose a photo instead.',
  'camera.missing': 'No camera was found. Choose a photo instead.',

  'review.title': 'Use this photo?',
  'review.alt': 'The photo you chose',
  'review.heic': 'This browser cannot show HEIC photos. It is sent as it is, and you will see the head.',
  'review.promise.1': 'The photo is made smaller here and freed of place and time, then sent to {server}.',
  'review.promise.1.heic': 'The photo is sent as it is, with all that your phone wrote into it, to {server}.',
  'review.promise.2': 'There it is used for one thing, your head, and deleted as soon as that is made.',
  'review.promise.3': 'The head is deleted after {hours} hours, or at once when you say so. Whoever has its link can see it.',
  'review.consent': 'By going on you agree to this, for your own face or for somebody who said yes.',
  'review.go': 'Agree and make my head',
  'review.other': 'Another photo',
  'review.server.this': 'this computer',
  'review.server.host': 'the service at {host}',

  'working.title': 'Making your head',
  'working.progress': 'Progress',
  'working.sent': '{percent} % sent',
  'working.step.upload': 'Send the photo',
  'working.step.queued': 'Wait for a free place',
  'working.step.detecting': 'Find the face',
  'working.step.regressing': 'Shape the head',
  'working.step.meshing': 'Surface and colour',
  'working.step.publishing': 'Write the files',
  'working.state.done': 'done',
  'working.state.now': 'under way',
  'working.state.later': 'to come',
  'working.face': 'The face that was found',
  'working.lost': 'The connection is lost. Trying again…',
  'working.cancel': 'Cancel and delete',
  'working.nophoto': 'The photo is on its way through the service.',

  'head.title': 'Your head in 3D',
  'head.ready': 'Your head is ready.',
  'head.stage': '3D head. Arrow keys turn it, plus and minus zoom, 0 brings it back.',
  'head.loading': 'Loading the head…',
  'head.hint': 'Drag to turn, pinch or scroll to zoom',
  'head.view': 'View',
  'head.view.textured': 'Colour',
  'head.view.clay': 'Clay',
  'head.view.wireframe': 'Mesh',
  'head.view.overlay': 'On photo',
  'head.overlay.missing': 'The view on the photo needs the photo, which only the tab has that made the head.',
  'head.blend': 'Head over photo',
  'head.light': 'Light',
  'head.light.value': '{degrees} degrees',
  'head.light.front': 'from the front',
  'head.light.left': '{degrees} degrees from the left',
  'head.light.right': '{degrees} degrees from the right',
  'head.blend.value': '{percent} percent head',
  'head.turntable': 'Turntable',
  'head.landmarks': 'Landmarks',
  'head.beside': 'Photo beside',
  'head.reset': 'Reset view',
  'head.fullscreen': 'Full screen',
  'head.glasses': 'Sunglasses',
  'head.glasses.none': 'None',
  'head.glasses.round': 'Round',
  'head.glasses.aviator': 'Aviator',
  'head.glasses.square': 'Square',
  'head.photo.alt': 'The photo this head was made of',
  'head.snapshot': 'Save picture',
  'head.share': 'Share link',
  'head.share.copied': 'The link is copied. It opens this view.',
  'head.share.failed': 'The link could not be copied. Here it is:',
  'head.share.text': 'A head in 3D, made of one selfie',
  'head.share.note': 'Whoever has the link can see, download and delete the head, until {time}.',
  'head.downloads': 'Download',
  'head.room': 'See it in your room',
  'head.facts': 'Size',
  'head.facts.height': 'Height',
  'head.facts.width': 'Width',
  'head.facts.face': 'Face width',
  'head.facts.pupils': 'Between pupils',
  'head.facts.assumed': 'A photo has no scale: {mm} mm between the pupils are assumed.',
  'head.facts.mm': '{mm} mm',
  'head.warnings': 'Good to know',
  'head.delete': 'Delete now',
  'head.delete.title': 'Delete this head?',
  'head.delete.text': 'All its files go at once, and the link stops working. This cannot be undone.',
  'head.delete.yes': 'Delete',
  'head.delete.no': 'Keep',
  'head.delete.failed': 'It could not be deleted: {reason}',
  'head.expires': 'Deleted by itself {time}',
  'head.new': 'New photo',

  'format.glb': 'GLB|3D viewers, games, the web',
  'format.glb-lod1': 'GLB, lighter|a quarter of the detail',
  'format.glb-lod2': 'GLB, lightest|for a crowd of heads',
  'format.glb-compressed': 'GLB, compressed|small, for the web',
  'format.glb-draco': 'GLB, Draco|smallest, also for Blender',
  'format.usdz': 'USDZ|iPhone and iPad, in your room',
  'format.obj': 'OBJ|zip for modelling programs',
  'format.ply': 'PLY|points with colour',
  'format.stl': 'STL|for 3D printing, millimetres',
  'format.preview': 'PNG|picture from three sides',
  'format.turntable': 'WebP|turning picture',
  'format.json': 'JSON|landmarks, pose, measures',

  'failed.no-face.title': 'No face was found',
  'failed.no-face.advice': 'Turn towards the light, come closer, and take off hat and sunglasses.',
  'failed.face-too-small.title': 'The face is too small',
  'failed.face-too-small.advice': 'Come closer, or cut the photo so that the head fills it.',
  'failed.reconstruction-failed.title': 'No head came out of this photo',
  'failed.reconstruction-failed.advice': 'Take one from the front, with nothing before the face.',
  'failed.image-too-large.title': 'The photo is too large',
  'failed.image-too-large.advice': 'Save a smaller copy, or take a new photo here.',
  'failed.unreadable-image.title': 'The photo cannot be read',
  'failed.unreadable-image.advice': 'The file may be damaged. Choose another one, or take a new photo here.',
  'failed.not-an-image.title': 'This is no photo',
  'failed.not-an-image.advice': 'Choose a JPEG, PNG, WebP or HEIC file.',
  'failed.network.title': 'The connection is lost',
  'failed.network.advice': 'Check the network, then try again. Nothing has to be chosen anew.',
  'failed.unreachable.title': 'The service does not answer',
  'failed.unreachable.advice': 'Check your network, then try again. If it stays like this, the service is down.',
  'failed.too-many-requests.title': 'A little too fast',
  'failed.too-many-requests.advice': 'Many photos came from your network. Wait a minute, then try again.',
  'failed.busy.title': 'Very many photos at this moment',
  'failed.busy.advice': 'Try again in some minutes.',
  'failed.storage-unavailable.title': 'The service has a hiccup',
  'failed.storage-unavailable.advice': 'Try again in some seconds.',
  'failed.not-found.title': 'This head is gone',
  'failed.not-found.advice': 'It was deleted, or its day is over. Make a new one.',
  'failed.upload-expired.title': 'The upload took too long',
  'failed.upload-expired.advice': 'Try again; a new link is made for the photo.',
  'failed.photo-missing.title': 'The photo got lost',
  'failed.photo-missing.advice': 'Send it again.',
  'failed.photo-lost.title': 'The upload was cut short',
  'failed.photo-lost.advice': 'This tab no longer has the photo. Choose it again.',
  'failed.viewer.title': 'The head cannot be shown here',
  'failed.viewer.advice': 'This browser has no WebGL, or it is turned off. The files can be downloaded all the same.',
  'failed.internal-error.title': 'Something went wrong',
  'failed.internal-error.advice': 'It is not your photo\'s fault. Try again.',
  'failed.again': 'Try again',
  'failed.other': 'Choose another photo',
  'failed.camera': 'Take a selfie',

  'unit.bytes': '{n} bytes',
  'unit.kb': '{n} KB',
  'unit.mb': '{n} MB',
} as const;

export type TextKey = keyof typeof ENGLISH;

/** A sentence of the table. */
export function t(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return ENGLISH[key].replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

/** Title and advice for a failure's code; for an unknown one the service's own sentence. */
export function failureTexts(code: string, detail: string): { title: string; advice: string } {
  const title = `failed.${code}.title`, advice = `failed.${code}.advice`;
  if (title in ENGLISH && advice in ENGLISH) return { title: t(title as TextKey), advice: t(advice as TextKey) };
  return { title: t('failed.internal-error.title'), advice: detail || t('failed.internal-error.advice') };
}

/** Name and use of a result's format; one that the page does not know is shown by its own name. */
export function formatTexts(format: string): { name: string; use: string } {
  const key = `format.${format}`;
  if (!(key in ENGLISH)) return { name: format, use: '' };
  const [name = format, use = ''] = t(key as TextKey).split('|');
  return { name, use };
}

/** A length in bytes for people, in powers of ten as browsers show it. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return t('unit.bytes', { n: bytes });
  if (bytes < 999_500) return t('unit.kb', { n: Math.round(bytes / 1000) });
  return t('unit.mb', { n: (bytes / 1e6).toFixed(1) });
}

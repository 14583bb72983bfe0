/**
 * @file sharp as this project uses it, and the only place that loads it: libvips opens photos and nothing else. Picture
 * processes and the model host; never the main process, which a decoder must not be able to end.
 */
import sharp from 'sharp';

/** Of libvips' loaders; all others (SVG, PDF, ImageMagick, slides, matrices in text) run code that photos have no use for. */
const photoLoaders = ['Jpeg', 'Png', 'Webp', 'Tiff', 'Heif', 'Nsgif'].map((name) => `VipsForeignLoad${name}`);

// libvips remembers operations by their arguments: a file that changed under the same name would show its old self.
sharp.cache(false);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: photoLoaders });

export default sharp;

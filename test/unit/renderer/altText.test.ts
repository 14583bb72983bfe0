/** @file What is said of an alt text, and the HTML that it is copied as. */
import { describe, expect, it } from 'vitest';
import { altTextWarnings, characterCount, imageElement } from '../../../schemas/altText.ts';

describe('an alt text', () => {
  it.each([
    'image of a seal',
    'A photo of a seal',
    'The picture showing a seal',
    'Photograph of a seal',
    '图片显示一只海豹',
    '这是一张照片，上面有海豹',
    '一张海豹的照片',
  ])('“%s” begins with what a screen reader says by itself', (text) => {
    expect(altTextWarnings(text, 'a.jpg')).toEqual(['beginsWithImage']);
  });

  it.each(['A seal takes a photo of a diver', 'Imagery of war', '一只海豹在看照片', 'Photo albums on a shelf', ''])(
    '“%s” does not',
    (text) => {
      expect(altTextWarnings(text, 'a.jpg')).toEqual([]);
    },
  );

  it('is told to be the file name, with its extension and without', () => {
    expect(altTextWarnings('IMG_1.JPG', 'img_1.jpg')).toEqual(['isFileName']);
    expect(altTextWarnings(' img_1 ', 'IMG_1.jpg')).toEqual(['isFileName']);
    expect(altTextWarnings('img', 'IMG_1.jpg')).toEqual([]);
  });

  it('is too long above 250 characters as people count them', () => {
    expect(altTextWarnings('🦭'.repeat(250), 'a.jpg')).toEqual([]);
    expect(altTextWarnings('🦭'.repeat(251), 'a.jpg')).toEqual(['tooLong']);
    expect(characterCount('a🦭')).toBe(2);
  });

  it('is copied as HTML in which nothing of it, and nothing of the name, is markup', () => {
    expect(imageElement('a b#"1".jpg', ' Rolf & "Eva" <3\nat home ')).toBe(
      '<img src="a%20b%23%221%22.jpg" alt="Rolf &amp; &quot;Eva&quot; &lt;3 at home">',
    );
  });
});

/** @file The parts of the settings, in their order on the page. Renderer only. */
import type { Texts } from '../../resources/messages/texts.ts';

const sectionIds = [
  'appearance',
  'folders',
  'rules',
  'presets',
  'fields',
  'queue',
  'models',
  'device',
  'features',
  'privacy',
  'shortcuts',
  'about',
] as const;
export type SettingsSectionId = (typeof sectionIds)[number];

export function settingsSections({ settings, fields }: Texts): readonly { id: SettingsSectionId; title: string }[] {
  return sectionIds.map((id) => ({ id, title: id === 'fields' ? fields.title : settings[id] }));
}

/** Where the settings show it, it gets the focus. */
export function showSettingsSection(id: SettingsSectionId): void {
  const section = document.getElementById(`settings-${id}`);
  section?.scrollIntoView({ block: 'start' });
  section?.focus();
}

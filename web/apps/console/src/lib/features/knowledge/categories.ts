/** Categories stand in two levels, each in the order people gave them. Pure. */
import type { Locale } from '@zhiyin/api';
import type { ArticleCategory } from './types.ts';

export interface CategoryNode {
  category: ArticleCategory;
  children: ArticleCategory[];
}

const inOrder = (a: ArticleCategory, b: ArticleCategory): number =>
  a.position - b.position || a.slug.localeCompare(b.slug);

/** The tree; a category whose parent is gone stands at the top. */
export function treeOf(all: readonly ArticleCategory[]): CategoryNode[] {
  const ids = new Set(all.map((one) => one.id));
  const isTop = (one: ArticleCategory) => one.parent_id === null || !ids.has(one.parent_id);
  return all
    .filter(isTop)
    .toSorted(inOrder)
    .map((category) => ({
      category,
      children: all.filter((one) => one.parent_id === category.id).toSorted(inOrder),
    }));
}

export function nameOf(category: ArticleCategory, locale: Locale): string {
  const { name } = category;
  return name[locale]?.trim() || Object.values(name).find((one) => one.trim()) || category.slug;
}

/** "Orders / Returns", for a list that is flat. */
export function pathOfCategory(
  all: readonly ArticleCategory[],
  id: string | null,
  locale: Locale,
): string {
  const one = all.find((category) => category.id === id);
  if (!one) return '';
  const parent = all.find((category) => category.id === one.parent_id);
  return parent ? `${nameOf(parent, locale)} / ${nameOf(one, locale)}` : nameOf(one, locale);
}

/** Options of a choice, children below their parents. */
export function optionsOf(
  all: readonly ArticleCategory[],
  locale: Locale,
): { value: string; label: string }[] {
  return treeOf(all).flatMap(({ category, children }) => [
    { value: category.id, label: nameOf(category, locale) },
    ...children.map((child) => ({
      value: child.id,
      label: `${nameOf(category, locale)} / ${nameOf(child, locale)}`,
    })),
  ]);
}

/**
 * What is to be saved when a category moves one place among its siblings: the categories whose
 * position differs afterwards. Positions count from 0 without gaps.
 */
export function movedBy(
  all: readonly ArticleCategory[],
  id: string,
  step: 1 | -1,
): { category: ArticleCategory; position: number }[] {
  const one = all.find((category) => category.id === id);
  if (!one) return [];
  const siblings = all.filter((other) => other.parent_id === one.parent_id).toSorted(inOrder);
  const from = siblings.indexOf(one);
  const to = from + step;
  if (to < 0 || to >= siblings.length) return [];
  const order = siblings.toSpliced(from, 1).toSpliced(to, 0, one);
  return order
    .map((category, position) => ({ category, position }))
    .filter(({ category, position }) => category.position !== position);
}

/** A name in addresses made of a name for people; empty if it has no Latin letters. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
}
